/*
 * attack.c: a plat_main that a hijacker wrote.  The command line says which one thing it tries;
 * doors_test.py lists them all and says how each must end.  "returned" on the console means that
 * the machine let it happen.
 *
 *   door=RAX,RDI,RSI    one system call, all in hex
 *   read=AT write=AT jump=AT
 *   do=NAME             a row of DEEDS
 */
#include "platform/base/bytes.h"
#include "platform/base/panic.h"
#include "platform/base/text.h"
#include "platform/platform.h"

#define NS_PER_S	UINT64_C(1000000000)

/* What doors_test.py aims at, by name. */
extern void (*const attack_table[])(void);
uint8_t attack_data[4096] __attribute__((aligned(4096))) = { 0xc3 };		/* RET */
uint8_t attack_bss[4096] __attribute__((aligned(4096)));
static volatile uint8_t sink;
static struct span cmdline;

static void
say(const char *text)
{
	size_t len = 0;

	while (text[len] != '\0')
		len++;
	plat_log(text, len);
}

static void
say_number(uint64_t number)
{
	uint8_t line[32];
	struct outbuf out = outbuf_of(line, sizeof line);

	text_decimal(&out, number);
	text_string(&out, "\n");
	plat_log((const char *)line, out.len);
}

/* ---- Deeds ---- */

static void do_nothing(void) { }
static void do_cli(void) { __asm__ volatile("cli"); }
static void do_sti(void) { __asm__ volatile("sti"); }
static void do_hlt(void) { __asm__ volatile("hlt"); }
static void do_out(void) { __asm__ volatile("outb %%al, %%dx" : : "a"(0), "d"(0x501)); }
static void do_in(void) { __asm__ volatile("inb %%dx, %%al" : : "d"(0x3f8) : "rax"); }
static void do_wrmsr(void) { __asm__ volatile("wrmsr" : : "a"(0), "d"(0), "c"(0xc0000082)); }
static void do_rdmsr(void) { __asm__ volatile("rdmsr" : : "c"(0xc0000080) : "rax", "rdx"); }
static void do_cr0(void) { __asm__ volatile("mov %%cr0, %%rax" : : : "rax"); }
static void do_cr3(void) { __asm__ volatile("mov %%rax, %%cr3" : : "a"(0x100000)); }
static void do_cr8(void) { __asm__ volatile("mov %%rax, %%cr8" : : "a"(0)); }
static void do_dr7(void) { __asm__ volatile("mov %%rax, %%dr7" : : "a"(0)); }
static void do_lgdt(void) { __asm__ volatile("lgdt %0" : : "m"(attack_data)); }
static void do_lidt(void) { __asm__ volatile("lidt %0" : : "m"(attack_data)); }
static void do_ltr(void) { __asm__ volatile("ltr %w0" : : "r"(0x28)); }
static void do_invlpg(void) { __asm__ volatile("invlpg %0" : : "m"(attack_data)); }
static void do_sysenter(void) { __asm__ volatile("sysenter"); }
static void do_clts(void) { __asm__ volatile("clts"); }
static void do_lmsw(void) { __asm__ volatile("lmsw %w0" : : "r"(1)); }
static void do_wrfsbase(void) { __asm__ volatile("wrfsbase %0" : : "r"(UINT64_C(0))); }
static void do_mwait(void) { __asm__ volatile("mwait" : : "a"(0), "c"(0)); }
static void do_swapgs(void) { __asm__ volatile("swapgs"); }
static void do_sysret(void) { __asm__ volatile("sysretq"); }
static void do_xsetbv(void) { __asm__ volatile("xsetbv" : : "c"(0), "a"(1), "d"(0)); }
static void do_stac(void) { __asm__ volatile("stac"); }
static void do_sgdt(void) { __asm__ volatile("sgdt %0" : "=m"(attack_data)); }
static void do_sidt(void) { __asm__ volatile("sidt %0" : "=m"(attack_data)); }
static void do_sldt(void) { __asm__ volatile("sldt %0" : "=m"(attack_data)); }
static void do_str(void) { __asm__ volatile("str %0" : "=m"(attack_data)); }
static void do_smsw(void) { __asm__ volatile("smsw %0" : "=m"(attack_data)); }
static void do_vmcall(void) { __asm__ volatile("vmcall"); }
static void do_int_timer(void) { __asm__ volatile("int $0xf1"); }
static void do_int_wake(void) { __asm__ volatile("int $0x31"); }
static void do_int_linux(void) { __asm__ volatile("int $0x80"); }
static void do_int3(void) { __asm__ volatile("int3"); }
static void do_far(void) { __asm__ volatile("pushq $0x08; lea 1f(%%rip), %%rax; push %%rax; lretq; 1:" : : : "rax"); }
static void do_divide(void) { __asm__ volatile("xor %%ecx, %%ecx; div %%ecx" : : : "rax", "rcx", "rdx"); }
static void do_single_step(void) { __asm__ volatile("pushfq; orq $0x100, (%%rsp); popfq; nop; nop" : : : "memory", "cc"); }
static void do_simd(void) { __asm__ volatile("movaps %%xmm0, 1(%%rsp)" : : : "memory"); }
static void do_ud2(void) { __asm__ volatile("ud2" : : "D"(attack_data), "S"(7)); }
static void do_panic(void) { PANIC(); }
static void do_overflow(void) { __asm__ volatile("1: push %rax; jmp 1b"); }
static void do_underflow(void) { __asm__ volatile("1: pop %rax; jmp 1b"); }
static void do_loop(void) { __asm__ volatile("1: jmp 1b"); }
static void do_no_stack(void) { __asm__ volatile("xor %esp, %esp; xor %eax, %eax; syscall; push %rax"); }

/* A chain of frame pointers that points at the monitor, and registers full of a secret. */
static void
do_bad_frames(void)
{
	__asm__ volatile("mov $0x5ec2e75ec2e7, %%rax; mov %%rax, %%rbx; mov %%rax, %%r12; mov %0, %%rbp; ud2"
	    : : "r"((UINT64_C(1) << 39) + 0x100000));
}

/* Frames on our own stack whose return address is a secret, or whose link goes back to itself. */
static void
do_forged_frame(void)
{
	uint64_t frames[4];

	frames[0] = (uintptr_t)&frames[2];
	frames[1] = (uintptr_t)do_nothing;
	frames[2] = (uintptr_t)&frames[2];
	frames[3] = 0x5ec2e75ec2e7;
	__asm__ volatile("mov %0, %%rbp; ud2" : : "r"(frames) : "memory");
}

/* System calls are no turn: only plat_wait ends one. */
static void
do_busy(void)
{
	for (;;)
		(void)plat_clock_ns();
}

static void
spin(uint64_t ns)
{
	uint64_t until = plat_clock_ns() + ns;

	while (plat_clock_ns() < until)
		continue;
}

/* Two turns of 3 s, and a sleep of 6 s: nobody is stuck. */
static void
do_patient(void)
{
	spin(3 * NS_PER_S);
	plat_wait(plat_clock_ns() + 1000000);
	spin(3 * NS_PER_S);
	for (uint64_t until = plat_clock_ns() + 6 * NS_PER_S; plat_clock_ns() < until;)
		plat_wait(until);
}

/* NT would make IRETQ fault in CPL0; IF and IOPL are not ours to change. */
static void
do_flags(void)
{
	uint64_t flags;

	__asm__ volatile("pushfq; orq $0x47000, (%%rsp); andq $~0x200, (%%rsp); popfq" : : : "memory", "cc");
	(void)plat_clock_ns();
	__asm__ volatile("pushfq; popq %0; pushq $2; popfq" : "=r"(flags) : : "memory", "cc");
	say_number(flags & 0x3200);
}

/* After a door: what C may not keep is zero, what it must keep is kept. */
static void
do_scratch(void)
{
	uint64_t dirt, kept;

	__asm__ volatile("mov $0x1111, %%rcx; mov %%rcx, %%rdx; mov %%rcx, %%rsi; mov %%rcx, %%rdi\n\t"
	    "mov %%rcx, %%r8; mov %%rcx, %%r9; mov %%rcx, %%r10; mov %%rcx, %%rbx; mov %%rcx, %%r12\n\t"
	    "mov %%rcx, %%r13; mov %%rcx, %%r14; mov %%rcx, %%r15; xor %%eax, %%eax\n\tsyscall\n\t"
	    "mov %%rcx, %0; or %%rdx, %0; or %%rsi, %0; or %%rdi, %0; or %%r8, %0; or %%r9, %0; or %%r10, %0\n\t"
	    "or %%r11, %0\n\t"
	    "mov %%rbx, %1; and %%r12, %1; and %%r13, %1; and %%r14, %1; and %%r15, %1"
	    : "=&a"(dirt), "=&c"(kept) : : "rdx", "rsi", "rdi", "r8", "r9", "r10", "r11", "rbx", "r12", "r13", "r14", "r15",
	    "memory");
	say_number(dirt);
	say_number(kept);
}

static void
do_sleep(void)
{
	say("asleep\n");
	for (;;)
		plat_wait(UINT64_MAX);
}

/* A secret in every kind of memory, then a fault: the test looks for it in the machine's RAM. */
static void
do_leak(void)
{
	volatile uint8_t stack[64];
	uint8_t seed[PLAT_SEED_LEN];

	plat_seed(seed);
	for (size_t i = 0; i < sizeof stack; i++)
		stack[i] = attack_bss[i] = attack_data[64 + i] = (uint8_t)(0xa5 ^ i);
	plat_net_send(attack_data + 64, 64);
	say("armed\n");
	plat_wait(plat_clock_ns() + NS_PER_S);		/* the test looks once while it is there */
	__asm__ volatile("ud2" : : "r"(stack), "r"(seed) : "memory");
}

/* For cpl0_test.py: one call of the door whose backend is corrupt there; then with AC set. */
static void
do_mac(void)
{
	uint8_t mac[PLAT_MAC_LEN];

	plat_net_mac(mac);
}

static void
do_mac_ac(void)
{
	__asm__ volatile("pushfq; orq $0x40000, (%%rsp); popfq" : : : "memory", "cc");
	do_mac();
}

static void do_table(void) { attack_table[sink](); }

struct deed { char name[12]; void (*run)(void); };

static const struct deed DEEDS[] = {
	{ "nothing", do_nothing }, { "table", do_table }, { "mac", do_mac }, { "mac-ac", do_mac_ac }, { "cli", do_cli }, { "sti", do_sti }, { "hlt", do_hlt }, { "out", do_out },
	{ "in", do_in }, { "wrmsr", do_wrmsr }, { "rdmsr", do_rdmsr }, { "cr0", do_cr0 }, { "cr3", do_cr3 },
	{ "cr8", do_cr8 }, { "dr7", do_dr7 }, { "lgdt", do_lgdt }, { "lidt", do_lidt }, { "ltr", do_ltr },
	{ "invlpg", do_invlpg }, { "swapgs", do_swapgs }, { "sysret", do_sysret },
	{ "xsetbv", do_xsetbv }, { "stac", do_stac }, { "sysenter", do_sysenter }, { "clts", do_clts },
	{ "lmsw", do_lmsw }, { "wrfsbase", do_wrfsbase }, { "mwait", do_mwait }, { "sgdt", do_sgdt }, { "sidt", do_sidt }, { "sldt", do_sldt },
	{ "str", do_str }, { "smsw", do_smsw }, { "vmcall", do_vmcall }, { "int-timer", do_int_timer },
	{ "int-wake", do_int_wake }, { "int-linux", do_int_linux }, { "int3", do_int3 }, { "far", do_far },
	{ "divide", do_divide }, { "single-step", do_single_step }, { "simd", do_simd }, { "ud2", do_ud2 },
	{ "panic", do_panic }, { "overflow", do_overflow }, { "underflow", do_underflow }, { "loop", do_loop },
	{ "no-stack", do_no_stack }, { "bad-frames", do_bad_frames }, { "forged", do_forged_frame }, { "busy", do_busy }, { "patient", do_patient },
	{ "flags", do_flags }, { "scratch", do_scratch }, { "leak", do_leak },
	{ "sleep", do_sleep }
};

void (*const attack_table[])(void) = { do_nothing, do_cli };	/* const, yet relocated */

/* ---- Reading the order ---- */

/* The text behind `key` on the command line; false when it is not there. */
static bool
find(const char *key, struct cursor *value)
{
	struct span name = { (const uint8_t *)key, 0 };

	while (key[name.len] != '\0')
		name.len++;
	for (size_t at = 0; at + name.len <= cmdline.len; at++) {
		if (!bytes_equal((struct span){ cmdline.ptr + at, name.len }, name))
			continue;
		*value = cursor_of((struct span){ cmdline.ptr + at + name.len, cmdline.len - at - name.len });
		return true;
	}
	return false;
}

static uint64_t
hex(struct cursor *in)
{
	uint64_t value = 0;
	uint32_t byte;

	while (cursor_uint(in, &byte, 1)) {
		if (byte >= '0' && byte <= '9')
			value = value << 4 | (byte - '0');
		else if (byte >= 'a' && byte <= 'f')
			value = value << 4 | (byte - 'a' + 10);
		else
			break;
	}
	return value;
}

static void
call_door(struct cursor *in)
{
	uint64_t rax = hex(in), rdi = hex(in), rsi = hex(in);

	__asm__ volatile("syscall" : "+a"(rax), "+D"(rdi), "+S"(rsi)
	    : : "rcx", "rdx", "r8", "r9", "r10", "r11", "memory");
	say_number(rax);
}

static bool
named(const struct deed *deed, const struct cursor *name)
{
	size_t len = 0;

	while (len < sizeof deed->name && deed->name[len] != '\0')
		len++;
	return cursor_left(name) >= len && bytes_equal((struct span){ cursor_rest(name).ptr, len },
	    (struct span){ (const uint8_t *)deed->name, len })
	    && (cursor_left(name) == len || cursor_rest(name).ptr[len] == ' ');
}

static void
run_deed(const struct cursor *name)
{
	for (size_t i = 0; i < sizeof DEEDS / sizeof DEEDS[0]; i++) {
		if (named(&DEEDS[i], name)) {
			DEEDS[i].run();
			return;
		}
	}
	say("unknown deed\n");
}

void
plat_main(const struct plat_boot *boot)
{
	struct cursor value;

	cmdline = boot->cmdline;
	say("go\n");
	if (find("door=", &value))
		call_door(&value);
	if (find("read=", &value))
		sink = *(const volatile uint8_t *)hex(&value);
	if (find("write=", &value))
		*(volatile uint8_t *)hex(&value) = 0xc3;
	if (find("jump=", &value))
		((void (*)(void))hex(&value))();
	if (find("do=", &value))
		run_deed(&value);
	say("returned\n");
	plat_halt(PLAT_EXIT_OK);
}
