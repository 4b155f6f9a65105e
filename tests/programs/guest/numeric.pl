#!/usr/bin/perl
# SPDX-License-Identifier: MIT
#
# What perl computes, run on the host and in the guest, which must print the
# same.  Results of one correctly rounded operation are printed bit for bit;
# the math library's functions, which two libraries may round differently,
# to 12 digits.  Arguments choose parts by name.

use strict;
use warnings;
no warnings 'qw';
use List::Util qw(sum reduce max min);

my $state;

# Numbers of 32 bits that look random: the top of an LCG.
sub noise
{
    use integer;
    $state = $state * 6364136223846793005 + 1442695040888963407;
    return $state >> 32 & 0xffffffff;
}

sub bits { return unpack("H*", pack("d>", $_[0])) }

# A finite double with any sign and an exponent around that of 1.
sub real
{
    my $x = (noise() + noise() / 4294967296) * 2 ** (noise() % 120 - 90);
    return noise() & 1 ? -$x : $x;
}

sub doubles
{
    my ($all, $x, $y) = ("");
    for my $i (1 .. 3000) {
        ($x, $y) = (real(), real());
        $all = join(" ", bits($x + $y), bits($x - $y), bits($x * $y),
            bits($x / $y), bits(sqrt(abs $x)), bits(int $x),
            $x <=> $y, bits($x * $x), bits(-$x), bits(abs $y));
        print "$all\n";
    }
    printf "%s %s %s\n", bits(1e308 * 10), bits(5e-324 / 2), bits(-1e-320);
    my $sum = 0;
    $sum += 1 / $_ for 1 .. 200000;
    print "harmonic ", bits($sum), "\n";
    my $product = 1;
    $product *= 1 + 1 / (2 ** $_) for 1 .. 60;
    print "product ", bits($product), "\n";
}

sub functions
{
    for my $i (1 .. 2000) {
        my $x = noise() / 65536 / 4096 - 8;
        printf "%.12g %.12g %.12g %.12g %.12g %.12g\n", sin($x), cos($x),
            exp($x), log(abs($x) + 1e-3), atan2($x, 1.5), abs($x) ** 1.7;
    }
}

sub integers
{
    for my $i (1 .. 3000) {
        my ($x, $y) = (noise() << 32 | noise(), noise() << 32 | noise());
        my ($s, $t) = (noise() % 64, noise() + 1);
        print join(" ", $x & $y, $x | $y, $x ^ $y, ~$x, $x << $s, $x >> $s,
            $x % $t, int(($x >> 12) / $t), $x <=> $y, $x + $y, $x - $y),
            "\n";
        use integer;
        print join(" ", $x + $y, $x - $y, $x * $y, $x / $t, $x % $t, -$x,
            $x >> $s), "\n";
    }
}

sub formats
{
    my @as = qw(%d %5d %-8d| %+d %08.3f %.0f %e %.3E %g %.15g %.17g %G);
    my @hex = qw(%x %X %#x %o %b %B %032b %u %c);
    for my $i (1 .. 600) {
        my $x = real() / 2 ** 30;
        printf join(" ", map { s/[du]$/.0f/r } @as) . "\n", ($x) x @as;
        my $n = noise();
        printf join(" ", @hex[0 .. 7]) . " %c\n", ($n) x 8, 33 + $n % 90;
        print $x, " ", 0 + "$x" == $x ? 1 : 0, " ",
            hex(sprintf "%x", $n), " ", oct(sprintf "0b%b", $n), "\n";
    }
}

sub sorting
{
    my @n = map { real() } 1 .. 5000;
    print bits($_), "\n" for (sort { $a <=> $b } @n)[0 .. 99];
    my @s = map { sprintf "%x", noise() } 1 .. 5000;
    print "$_\n" for (sort @s)[0 .. 99];
    print join(" ", bits(max @n), bits(min @n)), "\n";
    my %count;
    $count{$_ % 97}++ for map { noise() } 1 .. 20000;
    print join(",", map { "$_=$count{$_}" } sort { $a <=> $b } keys %count),
        "\n";
}

sub packing
{
    for my $i (1 .. 800) {
        my @n = map { noise() } 1 .. 8;
        my $p = pack("c s l q C S L Q n N v V w U d f> d< H8 A5 Z5 b32",
            $n[0] % 100, $n[1] % 30000, $n[2] >> 1, $n[3], $n[4] % 256,
            $n[5] % 65536, @n[6, 7], $n[0] % 65536, @n[1 .. 2], $n[3],
            $n[4], $n[5] % 5000 + 1, $n[6], $n[7] / 8, $n[0] / 3,
            sprintf("%08x", $n[1]), "ab", "cd", sprintf("%032b", $n[2]));
        print unpack("H*", $p), " ", unpack("%32C*", $p), "\n";
        my $u = pack("u", $p);
        print unpack("u", $u) eq $p ? "same" : "other", " ",
            crc($p), "\n";
    }
}

sub crc
{
    my $c = 0xffffffff;
    for my $byte (unpack("C*", $_[0])) {
        $c ^= $byte;
        $c = $c & 1 ? $c >> 1 ^ 0xedb88320 : $c >> 1 for 1 .. 8;
    }
    return $c ^ 0xffffffff;
}

sub big
{
    require Math::BigInt;
    require Math::BigFloat;
    my $f = Math::BigInt->new(1);
    $f *= $_ for 1 .. 120;
    print "$f\n", Math::BigInt->new(2) ** 521 - 1, "\n";
    print Math::BigInt->new(3)->bmodpow("1" x 40, "9" x 41), "\n";
    print Math::BigFloat->new(2)->bsqrt(60), "\n";
    print Math::BigFloat->bpi(60), "\n";
}

sub digests
{
    require Digest::SHA;
    require Digest::MD5;
    my $data = join("", map { pack("N", noise()) } 1 .. 5000);
    print join("\n", Digest::MD5::md5_hex($data),
        map { Digest::SHA->new($_)->add($data)->hexdigest }
            1, 224, 256, 384, 512), "\n";
}

sub text
{
    my $t = join(" ", map { sprintf "%x%s", noise(), chr(97 + noise() % 26) }
        1 .. 4000);
    my $n = () = $t =~ /[a-f]{2,}\d+[g-z]/g;
    (my $u = $t) =~ s/(\d)(\w)/$2$1/g;
    (my $v = $t) =~ tr/a-z/n-za-m/;
    print "$n ", length($u), " ", crc(substr $u, 0, 2000), " ",
        crc(substr $v, 0, 2000), " ", scalar(split /e+/, $t), "\n";
    print join(" ", map { ucfirst reverse } (split " ", $t)[0 .. 50]), "\n";
}

sub random
{
    srand 4711;
    print bits(rand), "\n" for 1 .. 500;
}

my @parts = ([doubles => \&doubles], [functions => \&functions],
    [integers => \&integers], [formats => \&formats],
    [sorting => \&sorting], [packing => \&packing], [big => \&big],
    [digests => \&digests], [text => \&text], [random => \&random]);
my %wanted = map { $_ => 1 } @ARGV;
for (@parts) {
    my ($name, $function) = @$_;
    next if %wanted && !$wanted{$name};
    $state = 20240101;
    $function->();
}
