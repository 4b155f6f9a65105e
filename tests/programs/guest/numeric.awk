# SPDX-License-Identifier: MIT
#
# What gawk computes; tests/programs/gawk.py computes the same in Python.
# part= chooses; gawk -M for the part "big".

# Numbers of 31 bits that look random: exact in doubles.
function noise()
{
    state = (state * 48271) % 2147483647
    return state
}

function real()
{
    return (noise() - 1073741824) * 2 ^ (noise() % 60 - 45)
}

function doubles(    i, x, y, sum)
{
    for (i = 0; i < 4000; i++) {
        x = real()
        y = real()
        printf "%.17g %.17g %.17g %.17g %.17g %.17g %d\n", x + y, x - y,
            x * y, x / y, sqrt(x * x), int(x / 3), (x < y) - (x > y)
        sum += x * y
    }
    printf "%.17g\n", sum
}

function functions(    i, x)
{
    for (i = 0; i < 2000; i++) {
        x = noise() / 134217728 - 8
        printf "%.12g %.12g %.12g %.12g %.12g\n", sin(x), cos(x), exp(x),
            log(x * x + 0.001), atan2(x, 1.5)
    }
}

function integers(    i, a, b, s)
{
    for (i = 0; i < 4000; i++) {
        a = noise() * 65536 + noise() % 65536
        b = noise() * 1024 + noise() % 1024
        s = noise() % 20
        printf "%d %d %d %d %d %d %d\n", and(a, b), or(a, b), xor(a, b),
            lshift(b, s % 10), rshift(a, s), a % (b + 1), int(a / (s + 1))
    }
}

function formats(    i, n, x)
{
    for (i = 0; i < 1500; i++) {
        n = noise()
        x = real()
        printf "%d|%8d|%-12d|%+d|%x|%X|%#o|%c|%05.1f|%e|%.10g|%s|%5s|\n",
            n, n % 1000, n, n, n, n, n, 33 + n % 90, n / 1000, x, x,
            "s" n % 100, "t"
    }
}

function sorting(    i, n, list, count, keys)
{
    for (i = 1; i <= 5000; i++) {
        list[i] = noise() % 100000
        count[list[i] % 97]++
    }
    n = asort(list)
    for (i = 1; i <= n; i += 7)
        print list[i]
    n = asorti(count, keys, "@ind_num_asc")
    for (i = 1; i <= n; i++)
        print keys[i], count[keys[i]]
}

function strings(    i, s, t, n, words)
{
    for (i = 0; i < 1500; i++) {
        s = sprintf("%x-%d %o", noise(), noise(), noise())
        t = toupper(s)
        n = gsub(/[0-4]+/, "<&>", t)
        print t, n, index(s, "5"), match(s, /[a-f]+[0-9]/), RSTART, RLENGTH,
            substr(s, 3, 6), split(s, words, /[- ]/), words[2], length(s)
    }
}

function big(    i, f, g, h, a)
{
    f = 1
    for (i = 1; i <= 300; i++)
        f *= i
    print f
    g = 2 ^ 521 - 1
    print g
    h = 3
    for (i = 0; i < 60; i++) {
        h = (h * h * g + i) % f
        print h
    }
    for (a = 0; i < 400; i++) {
        a += int(f / (i * g + 7))
        print a % (2 ^ 200)
    }
}

BEGIN {
    state = 20240101
    if (part == "doubles")
        doubles()
    else if (part == "functions")
        functions()
    else if (part == "integers")
        integers()
    else if (part == "formats")
        formats()
    else if (part == "sorting")
        sorting()
    else if (part == "strings")
        strings()
    else if (part == "big")
        big()
    if (part != "words")
        exit 0
}

# Words of the text on standard input, with fields, regular expressions and
# an array: part "words".
{
    lines++
    fields += NF
    for (i = 1; i <= NF; i++)
        if ($i ~ /^[a-zA-Z_]+$/)
            seen[$i]++
}

END {
    if (part == "words") {
        print lines, fields
        n = asorti(seen, keys)
        for (i = 1; i <= n; i++)
            print keys[i], seen[keys[i]]
    }
}
