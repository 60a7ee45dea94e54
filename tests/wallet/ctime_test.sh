#!/bin/sh
# tests/wallet/ctime_test.sh: libsecp256k1's own ctime_tests under valgrind's memcheck, the library compiled as
# the image compiles it: same compiler, optimisation and wallet/secp256k1.flags.  It poisons the keys and reports every
# branch and address that depends on them.  Prints TAP.
#
# What differs from the image: the program needs malloc and the library's own callbacks, and -DVALGRIND lets the
# library tell memcheck which values it makes public.  What key.c adds to the library is calls and copies.
set -eu
cd "$(dirname "$0")/../.."
source=build/third-party/secp256k1 program=build/ctime clang=clang-19
echo "1..2"
command -v valgrind > /dev/null || { echo "ok 1 # SKIP valgrind is missing: nothing ran"; echo "ok 2 # SKIP the same"; exit 0; }
newest=$(ls -t "$program" "$source/src/secp256k1.c" wallet/secp256k1.flags "$0" 2>/dev/null | head -1)
if [ "$newest" != "$program" ]; then
	$clang -std=c11 -w -O2 -fpie -fno-omit-frame-pointer -fno-stack-protector -ffunction-sections -fdata-sections \
	    @wallet/secp256k1.flags -Umalloc -Ufree -UUSE_EXTERNAL_DEFAULT_CALLBACKS -DVALGRIND -I "$source/src" -I "$source/include" \
	    -o "$program.new" "$source/src/ctime_tests.c" "$source/src/secp256k1.c" "$source/src/precomputed_ecmult.c" \
	    "$source/src/precomputed_ecmult_gen.c" 2> "$program.log" || { echo "not ok 1 - it compiles"; sed 's/^/# /' "$program.log"; exit 1; }
	mv "$program.new" "$program"
fi
if valgrind -q --error-exitcode=9 "$program" > "$program.log" 2>&1; then
	echo "ok 1 - no branch and no address depends on a key"
else
	echo "not ok 1 - no branch and no address depends on a key"
	sed 's/^/# /' "$program.log" | head -40
fi
# The method finds what it should: the same program, with a branch on the key planted into the library.
sed 's/^static int secp256k1_ecdsa_sig_sign(.*{$/&\n    volatile int planted = 0; if (seckey->d[0] \& 1) planted = 1; (void)planted;/' \
    "$source/src/ecdsa_impl.h" > build/ctime-planted.h
cmp -s "$source/src/ecdsa_impl.h" build/ctime-planted.h && { echo "not ok 2 - a planted branch is found # nothing was planted"; exit 1; }
sed "s|\"ecdsa_impl.h\"|\"$PWD/build/ctime-planted.h\"|" "$source/src/secp256k1.c" > build/ctime-planted.c
$clang -std=c11 -w -O2 @wallet/secp256k1.flags -Umalloc -Ufree -UUSE_EXTERNAL_DEFAULT_CALLBACKS -DVALGRIND -I "$source/src" \
    -I "$source/include" -o "$program-planted" "$source/src/ctime_tests.c" build/ctime-planted.c "$source/src/precomputed_ecmult.c" \
    "$source/src/precomputed_ecmult_gen.c"
if valgrind -q --error-exitcode=9 "$program-planted" > "$program.log" 2>&1; then
	echo "not ok 2 - a planted branch is found"
else
	echo "ok 2 - a planted branch is found"
fi
