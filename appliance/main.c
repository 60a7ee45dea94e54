/*
 * main.c: set up, then the loop: frames in, connections, frames out, wait.  This is the whole
 * program; what it does for whom is in services.c and policy.c.
 */
#include "appliance/backs.h"
#include "appliance/boot.h"
#include "appliance/events.h"
#include "appliance/identity.h"
#include "appliance/limits.h"
#include "appliance/page.h"
#include "appliance/proof.h"
#include "appliance/services.h"
#include "appliance/sessions.h"
#include "netstack/net.h"
#include "platform/base/bytes.h"
#include "platform/base/text.h"
#include "platform/platform.h"

enum { LINE_MAX = 256 };

static _Noreturn void
refuse(const struct boot_error *error)
{
	uint8_t line[LINE_MAX];
	struct outbuf out = outbuf_of(line, sizeof line);

	boot_refusal(&out, error);
	plat_log((const char *)line, out.len);
	plat_halt(PLAT_EXIT_BAD_BOOT);
}

static void
check_authority(const struct boot *boot, const struct boot_authority *authority, enum boot_key key)
{
	if (authority->der_len != 0 && !tls_anchor_ok((struct span){ authority->der, authority->der_len }))
		refuse(&(struct boot_error){ BOOT_BAD_AUTHORITY, boot->line[key], key });
}

/* Parse the module and wipe it: from here on its key is in `boot` and nowhere else. */
static void
read_boot(struct boot *boot, struct span module)
{
	struct boot_error error;
	bool ok = boot_parse(boot, &error, module);

	wipe((void *)(uintptr_t)module.ptr, module.len);	/* the platform gave it to us to wipe */
	if (!ok)
		refuse(&error);
	check_authority(boot, &boot->peer, BOOT_PEER_AUTHORITY);
	check_authority(boot, &boot->server, BOOT_SERVER_AUTHORITY);
}

/* From here on the key is in the wallet and nowhere else. */
static void
open_wallet(struct boot *boot)
{
	uint8_t seed[PLAT_SEED_LEN];
	bool ok;

	plat_seed(seed);
	ok = wallet_init(boot->chain, boot->private_key, boot->line[BOOT_OWNER_LEAF] != 0 ? boot->owner_leaf : NULL, seed);
	wipe(seed, sizeof seed);
	wipe(boot->private_key, sizeof boot->private_key);
	if (!ok)
		refuse(&(struct boot_error){ BOOT_BAD_KEY, boot->line[BOOT_PRIVATE_KEY], BOOT_PRIVATE_KEY });
}

static void
open_net(const struct boot *boot)
{
	struct net_config config = {
		.ip = boot->address,
		.mask = boot->netmask,
		.gateway = boot->gateway,
	};
	uint8_t seed[PLAT_SEED_LEN];

	_Static_assert(sizeof config.seed <= sizeof seed && sizeof config.mac == PLAT_MAC_LEN, "they fit");
	plat_net_mac(config.mac);
	plat_seed(seed);
	bytes_copy(config.seed, seed, sizeof config.seed);
	net_init(&config, plat_clock_ns());
	wipe(seed, sizeof seed);
	wipe(&config, sizeof config);
	for (size_t i = 0; i < SERVICE_NUM; i++)
		net_listen(SERVICES[i].port);
}

static void
say_ready(const struct boot *boot)
{
	char address[WALLET_ADDRESS_MAX];
	uint8_t line[LINE_MAX];
	struct outbuf out = outbuf_of(line, sizeof line);

	wallet_address(address);
	text_string(&out, "pinata: ready at ");
	text_ipv4(&out, boot->address);
	text_string(&out, " chain=");
	text_string(&out, wallet_chain_name(boot->chain));
	text_string(&out, " address=");
	text_string(&out, address);
	text_string(&out, " mode=\"");
	text_string(&out, page_mode(boot));
	text_string(&out, "\"\n");
	plat_log((const char *)line, out.len);
}

/* When the clock of plat_clock_ns stood at zero; a wall clock of nonsense gives nonsense, not a panic. */
static uint64_t
boot_time(void)
{
	uint64_t wall_s = plat_wall_s(), up_s = plat_clock_ns() / 1000000000;

	return wall_s > up_s ? wall_s - up_s : 0;
}

static void
setup(const struct plat_boot *start)
{
	struct boot boot;

	read_boot(&boot, start->module);
	open_wallet(&boot);
	identity_init(&boot, plat_wall_s());
	page_init(&boot, start->image_hash, boot_time());
	backs_init(&boot);
	events_init(boot.full_addresses);
	proof_init(start->image_hash, boot_time());
	open_net(&boot);
	say_ready(&boot);
}

static _Noreturn void
run(const uint8_t image_hash[32])
{
	uint8_t frame[PLAT_FRAME_MAX];
	uint64_t chores_ns = 0;

	_Static_assert(PLAT_FRAME_MAX == NET_FRAME_MAX, "one frame size");
	for (;;) {
		uint64_t now_ns = plat_clock_ns(), wake_ns, net_wake_ns;
		size_t len;

		if (now_ns >= chores_ns) {
			if (identity_renew(plat_wall_s(), now_ns))
				proof_init(image_hash, boot_time());	/* it names the web authority */
			chores_ns = now_ns + MAIN_CHORES_NS;
		}

		for (unsigned i = 0; i < MAIN_FRAMES_PER_TURN && (len = plat_net_recv(frame)) != 0; i++)
			net_input(frame, len);
		wake_ns = sessions_step(now_ns);
		if (chores_ns < wake_ns)
			wake_ns = chores_ns;
		net_wake_ns = net_tick(now_ns);
		while ((len = net_output(frame)) != 0)
			plat_net_send(frame, len);
		plat_wait(net_wake_ns < wake_ns ? net_wake_ns : wake_ns);
	}
}

_Noreturn void
plat_main(const struct plat_boot *start)
{
	setup(start);
	run(start->image_hash);
}
