# Piñata.  One file; every source is listed by name.  `make run` and `make check` are the two commands.
MAKEFLAGS += --no-builtin-rules
.SUFFIXES:
.SECONDARY:
Q = @

# ---- Sources ----------------------------------------------------------------------------
BASE_C      = bytes panic text sha256
CRYPTO_C    = hash hash_sha256 hash_sha384 hash_sha512 hmac hkdf drbg aead_gcm aead_chacha20_poly1305 suites \
              kx_x25519 kx_p256 kx_p384 ec ec_p256 ec_p384 ecdsa ecdsa_p256 ecdsa_p384 rsa rsa_pkcs1 rsa_pss
X509_C      = der der_write x509 x509_parse x509_extension x509_spki x509_name x509_directory x509_constraint x509_strict x509_verify x509_write tls_cert
PROTO_C     = answer tls12_auth tls12_client tls12_messages tls12_schedule tls12_server client_hello config engine error flight handshake hello input negotiate peer record tls13_auth \
              tls13_client tls13_messages tls13_open tls13_schedule tls13_server trace transcript witness
TLS_C       = $(CRYPTO_C:%=crypto/%) $(X509_C) $(PROTO_C)
NET_C       = net conn inbound frame wire neighbour syncookie siphash blocks ackguard glue
PROOF       = 1	# 0: an image that never signs
WALLET_C    = wallet key base58 bech32 descriptor ripemd160 tagged $(if $(filter 1,$(PROOF)),proof,proof_none)
APP_C       = main backs boot services policy sessions session pool prize identity page page_front page_numbers page_events page_handshake codes markup http stats events proof
X86_C       = monitor relocate pagetable traps user doors crash boot entropy generator health tsc lapic
X86_S       = start gate
IMAGES      = hello attack xencall
VIRTIO_C    = backend serial clock rtc ioapic bus mmio pci devices transport virtqueue virtio_net virtio_rng
XEN_C       = backend hypercall console evtchn grant xenstore control pvclock netring netfront
HOSTED_C    = main options child doors sandbox parent module usernet reach tap dump streams recorder draws
TOOL_C      = tool args status tx digest curve chain manifest spend header bundle rpc follow evidence report watch \
              secret sweep claim withdraw image sheet provision bip322 base64 web claimtext verify
REPLAY_C    = $(addprefix deploy/replay/,main replay diff corpus capture recording machine trace) $(addprefix platform/hosted/,streams recorder draws)

SHA256_C    = codec/dec32be codec/enc32be hash/sha2small
BEARSSL_C   = codec/ccopy codec/dec32be codec/dec32le codec/dec64be codec/dec64le codec/enc32be codec/enc32le codec/enc64be codec/enc64le ec/ec_c25519_m31 ec/ec_p256_m31 \
              ec/ec_prime_i31 ec/ec_secp256r1 ec/ec_secp384r1 ec/ec_secp521r1 ec/ecdsa_i31_bits ec/ecdsa_i31_sign_raw ec/ecdsa_i31_vrfy_raw hash/ghash_ctmul64 hash/ghash_pclmul \
              hash/sha2big hash/sha2small int/i31_add int/i31_bitlen int/i31_decmod int/i31_decode int/i31_decred int/i31_encode int/i31_fmont int/i31_iszero int/i31_modpow \
              int/i31_modpow2 int/i31_montmul int/i31_mulacc int/i31_muladd int/i31_ninv31 int/i31_reduce int/i31_rshift int/i31_sub int/i31_tmont int/i32_div32 int/i62_modpow2 \
              mac/hmac rand/hmac_drbg rsa/rsa_i62_priv rsa/rsa_i62_pub symcipher/aes_common symcipher/aes_ct64 symcipher/aes_ct64_ctr symcipher/aes_ct64_enc symcipher/aes_x86ni \
              symcipher/aes_x86ni_ctr symcipher/chacha20_sse2 symcipher/poly1305_ctmulq
LWIP_C      = core/def core/init core/ip core/mem core/memp core/netif core/pbuf core/stats core/tcp core/tcp_in \
              core/tcp_out core/ipv4/ip4 core/ipv4/ip4_addr
SECP_C      = secp256k1 precomputed_ecmult precomputed_ecmult_gen

# Sources of one room or library, as paths.
BASE     = $(BASE_C:%=platform/base/%.c)
TLS      = $(TLS_C:%=tlsstack/%.c)
NET      = $(NET_C:%=netstack/%.c)
WALLET   = $(WALLET_C:%=wallet/%.c)
APP      = $(APP_C:%=appliance/%.c)
X86      = $(X86_C:%=platform/x86/%.c) $(X86_S:%=platform/x86/%.S)
VIRTIO   = $(VIRTIO_C:%=platform/virtio/%.c)
HOSTED   = $(HOSTED_C:%=platform/hosted/%.c)
TOOL     = $(TOOL_C:%=deploy/tool/%.c)
BEARSSL  = $(BEARSSL_C:%=build/third-party/bearssl/src/%.c)
LWIP     = $(LWIP_C:%=build/third-party/lwip/src/%.c)
SECP     = $(SECP_C:%=build/third-party/secp256k1/src/%.c)

# Every test program of tests/suites.txt that is written in C.
UNIT_TESTS = $(shell awk '$$3 == "unit" { print $$4 }' tests/suites.txt | sort -u)

# ---- Compilers --------------------------------------------------------------------------
CLANG    = clang-19
WARN     = -Wall -Wextra -Wconversion -Wshadow -Wvla -Wmissing-prototypes -Wstrict-prototypes -Wundef -Werror
THIRD    = build/third-party
INCLUDE  = -I. -iquote netstack -isystem $(THIRD)/bearssl/inc -isystem $(THIRD)/lwip/src/include -isystem $(THIRD)/secp256k1/include
COMMON   = -std=c11 -g -fno-common -fno-strict-aliasing -ffile-prefix-map=$(CURDIR)/= $(INCLUDE)
# BearSSL reads unaligned words where the processor can: its BR_LE_UNALIGNED.
THIRD_INCLUDE = -w -fno-sanitize=alignment -I$(THIRD)/bearssl/src -DBR_LE_UNALIGNED=0 -DBR_BE_UNALIGNED=0 -DBR_USE_URANDOM=0 -DBR_USE_GETENTROPY=0 -DBR_USE_UNIX_TIME=0
# libsecp256k1 without its configure; its malloc and free are wallet/key.c's, which panic.
SECP_FLAGS = wallet/secp256k1.flags
HOST     = -D_GNU_SOURCE
# BearSSL's tables of methods name functions by another pointer type: "function" would refuse each call.
SANITIZE = -fsanitize=address,undefined -fno-sanitize=function -fno-sanitize-recover=all -fno-omit-frame-pointer

# objects NAME SOURCES: the object files of a variant
objects = $(addprefix build/$(1)/,$(addsuffix .o,$(basename $(patsubst build/%,%,$(2)))))

# In the image, own code and lwIP: 56 KB less than with -O2 (441 to 385), for 0.17 % of a mutual TLS 1.3 handshake
# (callgrind).  BearSSL stays at -O2, where its constant time is tested; -O3 would save 11 % there and cost 8 KB.  So do
# copying and wiping: at -Os clang makes loops of 1 KB of them that take 100 us of each handshake (tests/bench/split.c).
SIZE     = -Os

# variant NAME COMPILER FLAGS FIRST: objects of one kind, build/NAME/<source>.o; FIRST is made before any.
# build/NAME/flags says how they are made and is new only when that differs: then all of them are made again.
define variant
build/$(1)/flags: .FORCE
	$$(Q)mkdir -p $$(@D); echo '$(2) $(COMMON) $(3) $(SIZE) $(WARN) $(THIRD_INCLUDE)' > $$@.new; cmp -s $$@.new $$@ || mv $$@.new $$@
build/$(1)/%.o: %.c build/$(1)/flags $(THIRD)/stamp | $(4)
	$$(Q)mkdir -p $$(@D)
	$$(Q)$(2) $(COMMON) $(3) $$(SMALL) $(WARN) -MMD -MP -c -o $$@ $$<
build/$(1)/%.o: %.S build/$(1)/flags | $(4)
	$$(Q)mkdir -p $$(@D)
	$$(Q)$(2) $(COMMON) $(3) -MMD -MP -c -o $$@ $$<
build/$(1)/third-party/%.o: build/third-party/%.c build/$(1)/flags $(THIRD)/stamp | $(4)
	$$(Q)mkdir -p $$(@D)
	$$(Q)$(2) $(COMMON) $(3) $$(SMALL) $(THIRD_INCLUDE) $$(EXTRA) -MD -MP -c -o $$@ $$<
build/$(1)/third-party/secp256k1/%.o: EXTRA = @$(SECP_FLAGS)
$(call objects,$(1),$(SECP)): $(SECP_FLAGS)
endef
$(eval $(call variant,hosted,$(CLANG),$(HOST) -O2))
$(eval $(call variant,gcc,gcc,$(HOST) -O2))
$(eval $(call variant,san,$(CLANG),$(HOST) -O1 $(SANITIZE)))
$(eval $(call variant,fuzz,$(CLANG),$(HOST) -O1 $(SANITIZE) -fsanitize=fuzzer-no-link))
$(eval $(call variant,cov,$(CLANG),$(HOST) -O0 -fprofile-instr-generate -fcoverage-mapping))

# The image: CPL0 has no vector unit (nothing to save for CPL3) and no red zone (interrupts push on its stack).
NEWLIB   = build/newlib
IMAGE    = --target=x86_64-unknown-none-elf -fdebug-compilation-dir=. -ffreestanding -nostdlibinc -fpie -fvisibility=hidden -fdirect-access-external-data \
           -O2 -fno-omit-frame-pointer -fno-stack-protector -fno-asynchronous-unwind-tables -ffunction-sections -fdata-sections
XEN_INCLUDE = /usr/include
NEWLIB_INCLUDE = -isystem build/xen-include -isystem $(NEWLIB)/targ-include -isystem $(THIRD)/newlib/newlib/libc/include
$(eval $(call variant,cpl0,$(CLANG),$(IMAGE) $(NEWLIB_INCLUDE) -mgeneral-regs-only -mno-red-zone,$(NEWLIB)/libc.a build/xen-include/xen))
$(eval $(call variant,cpl3,$(CLANG),$(IMAGE) $(NEWLIB_INCLUDE),$(NEWLIB)/libc.a))
build/cpl0/% build/cpl3/%: SMALL = $(SIZE)
build/cpl0/third-party/bearssl/% build/cpl3/third-party/bearssl/% build/cpl3/third-party/secp256k1/% build/cpl3/platform/base/bytes.o: SMALL =
build/xen-include/xen:		# Xen's public headers alone, without the C library's beside them
	$(Q)mkdir -p $(@D)
	$(Q)ln -sfn $(XEN_INCLUDE)/xen $@

# ---- Third-party sources ----------------------------------------------------------------
$(THIRD)/stamp: deploy/third-party.lock deploy/fetch $(wildcard deploy/patches/*.patch)
	$(Q)deploy/fetch deploy/third-party.lock $(THIRD)
	$(Q)touch $@
$(BEARSSL) $(LWIP) $(SECP): $(THIRD)/stamp ;

# ---- Libraries of the hosted builds: tests link what they need ----------------------------
%.a:
	$(Q)rm -f $@
	$(Q)llvm-ar-19 rcs $@ $(filter %.o,$^)
library = build/$(1)/pinata.a: $(call objects,$(1),$(BASE) $(TLS) $(NET) $(WALLET) $(APP) $(BEARSSL) $(LWIP) $(SECP)) Makefile
$(foreach kind,hosted gcc san fuzz cov,$(eval $(call library,$(kind))))

# ---- Image: two rooms, each linked alone, see platform/x86/README.md -----------------------
$(NEWLIB)/libc.a: $(THIRD)/stamp deploy/build-newlib
	$(Q)deploy/build-newlib $(THIRD)/newlib $(NEWLIB) "$(CLANG) $(IMAGE) -ffile-prefix-map=$(CURDIR)/= -g -w"

MONITOR_O   = $(call objects,cpl0,$(X86) $(BASE) platform/base/mem.c $(SHA256_C:%=$(THIRD)/bearssl/src/%.c))
build/virtio/monitor.o: $(call objects,cpl0,$(VIRTIO)) $(MONITOR_O)
build/xen/monitor.o: $(call objects,cpl0,$(XEN_C:%=platform/xen/%.c)) $(MONITOR_O)
build/virtio/monitor.o build/xen/monitor.o:
	$(Q)deploy/link-room $@ pvh_entry $^

# appliance.o: everything of CPL3.  Attack tests link the same with another plat_main.
CPL3_O      = $(call objects,cpl3,platform/x86/calls.S $(BASE) platform/base/mem.c $(TLS) $(NET) $(WALLET) $(BEARSSL) $(LWIP) $(SECP))
build/virtio/appliance.o: $(call objects,cpl3,$(APP)) $(CPL3_O) $(NEWLIB)/libc.a
	$(Q)deploy/link-room $@ plat_main $^
build/images/%/appliance.o: build/cpl3/tests/images/%.o $(CPL3_O) $(NEWLIB)/libc.a
	$(Q)deploy/link-room $@ plat_main $^

# pinata.elf boots; pinata.sym is the same with symbols, pinata.map says what is where.
%/pinata.elf: build/virtio/monitor.o %/appliance.o platform/x86/image.ld
	$(Q)deploy/link-image $@ platform/x86/image.ld build/virtio/monitor.o $*/appliance.o
build/xen/pinata.elf: build/xen/monitor.o build/virtio/appliance.o platform/x86/image.ld
	$(Q)deploy/link-image $@ platform/x86/image.ld build/xen/monitor.o build/virtio/appliance.o
build/images/%/xen/pinata.elf: build/xen/monitor.o build/images/%/appliance.o platform/x86/image.ld
	$(Q)deploy/link-image $@ platform/x86/image.ld build/xen/monitor.o build/images/$*/appliance.o
# A monitor whose backend turns on it: tests/images/cpl0_test.py.
build/images/cpl0/monitor.o: $(call objects,cpl0,tests/images/cpl0_backend.c $(foreach unit,serial clock rtc,platform/virtio/$(unit).c)) $(MONITOR_O)
	$(Q)deploy/link-room $@ pvh_entry $^
build/images/cpl0/pinata.elf: build/images/cpl0/monitor.o build/images/attack/appliance.o platform/x86/image.ld
	$(Q)deploy/link-image $@ platform/x86/image.ld build/images/cpl0/monitor.o build/images/attack/appliance.o
image: build/virtio/pinata.elf build/xen/pinata.elf
TEST_IMAGES = build/images/cpl0/pinata.elf $(IMAGES:%=build/images/%/pinata.elf) $(IMAGES:%=build/images/%/xen/pinata.elf)
hash: build/virtio/pinata.elf
	$(Q)deploy/image-hash $<

# ---- Hosted build: the appliance as a Linux process, see platform/hosted/README.md --------
# hosted NAME COMPILER FLAGS CALLS: build/NAME/pinata, and the platform under a test's plat_main.
define hosted
build/$(1)/pinata: $(call objects,$(1),$(HOSTED) platform/hosted/$(4).c) build/$(1)/pinata.a
	$$(Q)$(2) $(3) -o $$@ $$^ -lslirp
build/$(1)/probe: $(call objects,$(1),tests/platform/hosted/probe.c $(HOSTED) platform/hosted/$(4).c) build/$(1)/pinata.a
	$$(Q)$(2) $(3) -o $$@ $$^ -lslirp
endef
$(eval $(call hosted,hosted,$(CLANG),,calls))
$(eval $(call hosted,gcc,gcc,,calls))$(eval $(call hosted,san,$(CLANG),$(SANITIZE),calls_san))
hosted: build/hosted/pinata

run repro release:
	$(Q)deploy/$@

BENCH = $(addprefix build/hosted/tests/bench/,tlsload bootprobe split)
bench: install build/hosted/pinata build/conformance/tls_server image $(BENCH)
	$(Q)tests/bench/bench.py
bench-hostile: install build/san/pinata image; $(Q)for count in 64 256; do tests/e2e/hostile_test.py image $$count table; done; tests/e2e/hostile_test.py hosted 1000 table
build/hosted/tests/bench/%: build/hosted/tests/bench/%.o build/hosted/tests/bench/client.o
	$(Q)$(CLANG) -o $@ $^ -lssl -lcrypto -lpthread
build/hosted/tests/bench/split: build/hosted/tests/bench/split.o $(call objects,cpl3,$(BASE) $(TLS) $(BEARSSL))
	$(Q)$(CLANG) @tests/bench/split.flags -o $@ $^

# ---- pinata-tool: the owner's, visitor's and winner's program, for the host ----------------
TOOL_LIBS = -lcurl -ljansson -lqrencode
build/pinata-tool: $(call objects,gcc,deploy/tool/main.c $(TOOL)) build/gcc/pinata.a
	$(Q)gcc -o $@ $^ $(TOOL_LIBS)
build/san/pinata-tool: $(call objects,san,deploy/tool/main.c $(TOOL)) build/san/pinata.a
	$(Q)$(CLANG) $(SANITIZE) -o $@ $^ $(TOOL_LIBS)
tool replay: %: build/pinata-%	# deploy/replay/README.md; the linker leads calls between the appliance's parts through trace.c
WRAPPED = record_open record_seal tls_init tls_step policy_decide prize_deliver page_answer events_log
build/pinata-replay: $(call objects,san,$(REPLAY_C:%=%.c)) build/san/pinata.a
	$(Q)$(CLANG) $(SANITIZE) $(WRAPPED:%=-Wl,--wrap=%) -o $@ $^ -lpcap
unit: build/pinata-replay build/san/pinata-tool build/san/tests/netstack/tap_server
reward-e2e: build/san/pinata-tool	# a real bitcoind, see tests/reward/README.md; part of `make check` too
	$(Q)tests/run.py tests/suites.txt reward

# ---- Tests ------------------------------------------------------------------------------
UNIT_PROGRAMS = $(UNIT_TESTS:%=build/san/tests/%)
$(UNIT_PROGRAMS) build/san/tests/netstack/tap_server: %: %.o build/san/pinata.a
	$(Q)$(CLANG) $(SANITIZE) -o $@ $^ $(LIBS) -lcmocka

$(addprefix build/san/tests/,platform/hosted/reach_test platform/hosted/recorder_test platform/hosted/streams_test deploy/replay/recording_test): \
    $(call objects,san,platform/hosted/reach.c platform/hosted/recorder.c platform/hosted/streams.c deploy/replay/recording.c)
$(filter build/san/tests/reward/%,$(UNIT_PROGRAMS)): $(call objects,san,$(TOOL))
$(addprefix build/san/tests/,platform/hosted/reach_test platform/hosted/recorder_test platform/hosted/streams_test deploy/replay/recording_test): LIBS = build/san/pinata.a
$(filter build/san/tests/reward/%,$(UNIT_PROGRAMS)): LIBS = build/san/pinata.a $(TOOL_LIBS)

# What of the monitor runs on the host, beside a hostile device or loader.
PURE        = x86/boot x86/generator x86/health $(addprefix virtio/,devices pci rtc transport virtqueue virtio_net virtio_rng)
HOST_PLATFORM = $(PURE:%=platform/%.c) tests/platform/virtio/device.c tests/platform/virtio/space.c
build/san/platform.a: $(call objects,san,$(HOST_PLATFORM))
PLATFORM_TESTS = $(filter build/san/tests/platform/x86/% build/san/tests/platform/virtio/%,$(UNIT_PROGRAMS))
$(PLATFORM_TESTS): build/san/platform.a
$(PLATFORM_TESTS): LIBS = build/san/platform.a build/san/pinata.a

# The same for Xen: all but the hypercalls themselves and the backend's start, beside a hostile dom0.
HOST_XEN = $(patsubst %,platform/xen/%.c,$(filter-out backend hypercall,$(XEN_C))) tests/platform/xen/world.c
build/san/xen.a: $(call objects,san,$(HOST_XEN))
XEN_TESTS = $(filter build/san/tests/platform/xen/%,$(UNIT_PROGRAMS))
$(XEN_TESTS): build/san/xen.a
$(XEN_TESTS): LIBS = build/san/xen.a build/san/pinata.a

# Programs for other people's suites: build/conformance/NAME, and the same with sanitizers.
CONFORMANCE = tls_server tls_client bogo_shim wycheproof x509_verify bearssl_verify
CONFORMANCE_C = $(addprefix tests/conformance/,load.c load_key.c options.c bogo_flags.c)
define conformance
build/$(2)/%: $(call objects,$(1),$(CONFORMANCE_C)) build/$(1)/tests/conformance/%.o build/$(1)/pinata.a
	$$(Q)mkdir -p $$(@D)
	$$(Q)$(CLANG) $(3) -o $$@ $$^ -Wl,--as-needed -ljansson -lbearssl
endef
$(eval $(call conformance,hosted,conformance,))$(eval $(call conformance,san,conformance-san,$(SANITIZE)))
conformance: $(CONFORMANCE:%=build/conformance/%) $(CONFORMANCE:%=build/conformance-san/%)

# fuzz/README.md: each fuzz/T_fuzz.c with two drivers, replay.c and libFuzzer's; state.o is what fuzz/snapshot.h puts back.
FUZZ = boot chain client der devices engine http messages net pair pci peers record server server_messages start_info streams structured tool transcript virtio x509 x509_peers xen_console xen_netring xen_xenstore
define fuzz
build/$(1)/fuzz/state.o: $(call objects,$(1),$(NET) $(LWIP))
	$$(Q)ld.lld-19 -r -o $$@ $$^
$(addprefix build/$(1)/fuzz/,$(filter-out xen_%,$(FUZZ))): build/$(1)/fuzz/state.o $(call objects,$(1),$(HOST_PLATFORM))
$(addprefix build/$(1)/fuzz/,$(filter xen_%,$(FUZZ))): $(call objects,$(1),$(HOST_XEN))
$(addprefix build/$(1)/fuzz/,streams tool transcript): $(call objects,$(1),$(TOOL) deploy/replay/recording.c platform/hosted/streams.c)
$(FUZZ:%=build/$(1)/fuzz/%): %: %_fuzz.o $(3) build/$(1)/pinata.a
	$$(Q)$(CLANG) $(2) -fuse-ld=lld-19 -Xlinker -T -Xlinker fuzz/snapshot.ld -o $$@ $$(filter %.o,$$^) build/$(1)/pinata.a -lcmocka -Wl,--as-needed $(TOOL_LIBS) -lbearssl -lssl -lcrypto
endef
$(eval $(call fuzz,san,$(SANITIZE),build/san/fuzz/replay.o))$(eval $(call fuzz,fuzz,$(SANITIZE) $(or $(LIB_FUZZING_ENGINE),-fsanitize=fuzzer),))
$(eval $(call fuzz,cov,-fprofile-instr-generate,build/cov/fuzz/replay.o))
fuzz: $(FUZZ:%=fuzz-%)
$(FUZZ:%=fuzz-%): fuzz-%: build/fuzz/fuzz/%
	$(Q)fuzz/run.sh $* $(or $(SECONDS),60)
fuzz-replay: $(FUZZ:%=build/san/fuzz/%)
	$(Q)fuzz/replay.py $(if $(REPORT),--report $(REPORT)) $(TARGET) $(CORPUS)
fuzz-cov: $(FUZZ:%=build/cov/fuzz/%)
	$(Q)fuzz/coverage.sh $(FUZZ)

# Constant time, under valgrind: the image's own objects, without debug information, which its reader does not understand.
build/ct: build/hosted/tests/proofs/ct/ct.o $(call objects,cpl3,$(BASE) $(CRYPTO_C:%=tlsstack/crypto/%.c) $(X509_C:%=tlsstack/%.c) $(BEARSSL))
	$(Q)$(CLANG) -Wl,--strip-debug -o $@ $^

# The handshake's state diagram, printed from the tables.
states: build/san/tests/tlsstack/handshake_test
	$(Q)$< states

unit: conformance $(FUZZ:%=build/san/fuzz/%) build/ct $(UNIT_PROGRAMS) image $(TEST_IMAGES) $(foreach kind,hosted gcc san,build/$(kind)/pinata build/$(kind)/probe) $(BENCH) $(call objects,cpl3,$(APP))

install: ; $(Q)deploy/install

check: install
	$(Q)$(MAKE) --no-print-directory -j$$(nproc) unit
	$(Q)tests/run.py tests/suites.txt

# One suite alone, such as check-base.
check-%: unit
	$(Q)tests/run.py tests/suites.txt $*

# The image under the real hypervisor (tests/images/xenlab).  check-long: what takes longer than `make check` may.
xen-e2e: image $(TEST_IMAGES) ; $(Q)tests/images/xen_test.py
check-long: unit ; $(Q)tests/run.py tests/long.txt

# The style, the layers and the reading path; every rule is seen to fail on a planted violation.
lint: install $(THIRD)/stamp
	$(Q)tests/lint/source.py && tests/lint/tidy.sh		# first what needs no build
	$(Q)$(MAKE) --no-print-directory -j$$(nproc) unit
	$(Q)tests/run.py tests/suites.txt lint
tour: ; $(Q)tests/lint/tour.sh
sizes tcb: image ; $(Q)deploy/$@
prove: ; $(Q)tests/proofs/check.sh
clean: ; $(Q)rm -rf build

.PHONY: .FORCE reward-e2e xen-e2e check-long states lint tour sizes tcb repro release replay fuzz fuzz-replay fuzz-cov conformance prove image hash install hosted tool unit check clean run bench bench-hostile
-include $(shell find build -name '*.d' -type f 2>/dev/null)
