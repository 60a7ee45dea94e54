/* backs.c: whom this machine may call back.  See backs.h. */
#include "appliance/backs.h"

static struct {
	uint32_t own, netmask;
	bool public;
	struct { uint32_t address; uint64_t until_ns; } recent[BACKS_KEPT];
} backs;

/* Never, on any chain: this host, loopback, multicast and reserved, the limited broadcast. */
static const struct { uint32_t network, mask; } NEVER[] = {
	{ 0x00000000, 0xff000000 }, { 0x7f000000, 0xff000000 }, { 0xe0000000, 0xe0000000 },
};

/* Special purposes, RFC 6890 and its registry: private, shared, link-local, documentation, benchmarks, relays. */
static const struct { uint32_t network, mask; } SPECIAL[] = {
	{ 0x0a000000, 0xff000000 }, { 0xac100000, 0xfff00000 }, { 0xc0a80000, 0xffff0000 },
	{ 0x64400000, 0xffc00000 }, { 0xa9fe0000, 0xffff0000 }, { 0xc0000000, 0xffffff00 },
	{ 0xc0000200, 0xffffff00 }, { 0xc6336400, 0xffffff00 }, { 0xcb007100, 0xffffff00 },
	{ 0xc6120000, 0xfffe0000 }, { 0xc0586300, 0xffffff00 },
};

void
backs_init(const struct boot *boot)
{
	backs.own = boot->address;
	backs.netmask = boot->netmask;
	backs.public = boot->chain != WALLET_REGTEST;
}

static bool
may_reach(uint32_t address)
{
	uint32_t host = address & ~backs.netmask;

	if (address == backs.own)
		return false;
	if (((address ^ backs.own) & backs.netmask) == 0 && (host == 0 || host == ~backs.netmask))
		return false;
	for (size_t i = 0; i < sizeof NEVER / sizeof NEVER[0]; i++)
		if ((address & NEVER[i].mask) == NEVER[i].network)
			return false;
	for (size_t i = 0; backs.public && i < sizeof SPECIAL / sizeof SPECIAL[0]; i++)
		if ((address & SPECIAL[i].mask) == SPECIAL[i].network)
			return false;
	return true;
}

bool
backs_allow(uint32_t address, uint64_t now_ns)
{
	size_t place = BACKS_KEPT;

	if (!may_reach(address))
		return false;
	for (size_t i = 0; i < BACKS_KEPT; i++) {
		if (backs.recent[i].until_ns <= now_ns)
			place = i;
		else if (backs.recent[i].address == address)
			return false;
	}
	if (place == BACKS_KEPT)
		return false;
	backs.recent[place].address = address;
	backs.recent[place].until_ns = now_ns + BACKS_PAUSE_NS;
	return true;
}
