/* user.c: see user.h. */
#include "platform/x86/user.h"

#include "platform/x86/image.h"

static bool have_smap;

void
user_start(bool smap) { have_smap = smap; }

/* [at, at + len) inside [from, to): no sum that could wrap. */
static bool
inside(uint64_t at, uint64_t len, const uint8_t *from, const uint8_t *to)
{
	return at >= (uintptr_t)from && at <= (uintptr_t)to && len <= (uintptr_t)to - at;
}

bool
user_may_write(uint64_t at, uint64_t len)
{
	return inside(at, len, app_data, app_rw_end) || inside(at, len, app_stack, app_stack_top);
}

bool
user_may_read(uint64_t at, uint64_t len)
{
	return user_may_write(at, len) || inside(at, len, app_text_end, app_ro_end);
}

static void
smap_open(void)
{
	if (have_smap)
		__asm__ volatile("stac" : : : "memory");
}

static void
smap_shut(void)
{
	if (have_smap)
		__asm__ volatile("clac" : : : "memory");
}

/* Eight bytes at a time, then the rest: under TCG half the price of bytes alone. */
static void
copy(uint8_t *to, const uint8_t *from, size_t len)
{
	size_t words = len / 8, rest = len % 8;

	__asm__ volatile("rep movsq\n\tmov %3, %%rcx\n\trep movsb"
	    : "+D"(to), "+S"(from), "+c"(words) : "r"(rest) : "memory");
}

void
user_write(uint8_t *to_app, const uint8_t *from, size_t len)
{
	smap_open();
	copy(to_app, from, len);
	smap_shut();
}

void
user_read(uint8_t *to, const uint8_t *from_app, size_t len)
{
	smap_open();
	copy(to, from_app, len);
	smap_shut();
}

static void
zero(uint8_t *from, const uint8_t *to)
{
	size_t words = (size_t)(to - from) / 8;		/* whole pages */

	__asm__ volatile("rep stosq" : "+D"(from), "+c"(words) : "a"(0) : "memory");
}

void
user_wipe(void)
{
	smap_open();
	zero(app_data, app_rw_end);
	zero(app_stack, app_stack_top);
	smap_shut();
}
