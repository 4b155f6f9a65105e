# SPDX-License-Identifier: MIT
"""placeholder"""
GUESTS = {}
