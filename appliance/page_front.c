/* page_front.c: what this is, the address, the rules in short, how to attack, how to check.  Plain HTML. */
#include "appliance/page_front.h"

#include "appliance/markup.h"
#include "appliance/proof.h"
#include "appliance/stats.h"
#include "platform/base/text.h"
#include "platform/base/version.h"

/* A star of seven horns, as pinatas are made, and a keyhole in it. */
static const char TOP[] =
    "<h1><svg aria-hidden=\"true\" width=\"88\" height=\"88\" viewBox=\"-48-48 96 96\">"
    "<path fill=\"#e4007c\" d=\"M-9-19L0-47 9-19zM16 13L20 42 0 21z\"/><path fill=\"#00a887\" d=\"M9-19L37-29 20-5zM-16 13L-46 10-20-5z\"/>"
    "<path fill=\"#ff9e1b\" d=\"M20-5L46 10 16 13zM-20-5L-37-29-9-19z\"/><path fill=\"#5b3fb8\" d=\"M0 21L-20 42-16 13z\"/>"
    "<circle r=\"21\" fill=\"#ffd100\"/><path d=\"M-3 0a6 6 0 1 1 6 0l3 12H-6z\" fill=\"#221d1a\"/></svg>Pi&ntilde;ata</h1>\n"
    "<p>A very small machine that guards a Bitcoin private key. <strong>Break it and the coins are yours.</strong></p>\n";

static const char ABOUT[] =
    "<p>It gives the key to whoever completes a TLS handshake with a certificate that it accepts. The authority that could "
    "issue one was born when the machine booted, and its key was wiped before the first packet came. So nobody has such a "
    "certificate: you need to find another way.</p>\n"
    "<p>It is a unikernel: one program, its own TLS stack, no operating system below it. "
    "<a href=\"/handshake\">See your own handshake with it</a>, or <a href=\"/scoreboard\">how others failed</a>.</p>\n";

static const char RULES[] =
    "<h2>Rules</h2>\n<ul>\n<li>Attack this machine and nothing else: not its host, not its network, not its visitors.</li>\n"
    "<li>Who spends the coins has won. There is no other judge, no registration and no other payment.</li>\n"
    "<li>A crash is not a win. The machine halts on its own faults and starts again; please report it.</li>\n"
    "<li>Filling its connections wins nothing. Please do not.</li>\n"
    "<li>That it is unbroken proves nothing. It is one datum.</li>\n</ul>\n";

static const char PORTS[] =
    "<h2>Ways in</h2>\n<table>\n<thead><tr><th scope=\"col\">Port</th><th scope=\"col\">What it is</th></tr></thead>\n"
    "<tr><td>80</td><td>these pages</td></tr>\n"
    "<tr><td>443</td><td>these pages over TLS; see <a href=\"/ca.pem\">its authority</a></td></tr>\n"
    "<tr><td>10000</td><td>TLS server: show it a client certificate that it accepts, and it sends the key</td></tr>\n"
    "<tr><td>10001</td><td>calls you back on your port 40001 as a TLS client: be a server that it accepts, and it sends the "
    "key</td></tr>\n"
    "<tr><td>10002</td><td>the same as a TLS client on the connection that you made</td></tr>\n"
    "</table>\n";

static const char COMMANDS[] =
    "<h2>Begin here</h2>\n<pre>HOST=<em>this machine</em>\ncurl http://$HOST/status.json\n"
    "openssl s_client -connect $HOST:10000 &lt; /dev/null\n"
    "openssl s_client -connect $HOST:10000 -msg -trace &lt; /dev/null\n\n"
    "<em># watch the key go by, encrypted, both ways</em>\nsocat -x TCP:$HOST:10000 TCP:$HOST:10002</pre>\n"
    "<h2>Check what is said here</h2>\n<ul>\n"
    "<li>The coins: look the address up in a block explorer, or in your own node.</li>\n"
    "<li>The image: build it from its sources; <code>make hash</code> prints the hash below.</li>\n"
    "<li>What no page can show: that this machine runs that image, and that no copy of the key exists elsewhere.</li>\n"
    "</ul>\n";

static const char PROOF[] =
    "<h2>Is the key inside?</h2>\n<p>Ask for a signature over a number that you choose, 64 hexadecimal digits (best: SHA-256 "
    "of the newest block's hash and something random):</p>\n"
    "<pre>curl \"http://$HOST/proof?nonce=$(openssl rand -hex 32)\"\npinata-tool verify $HOST</pre>\n"
    "<p>It shows that the key of the address was here a moment ago, and that your connection ends at this machine "
    "(the text names the authority of port 443). It does not show that this image holds the key, that the machine would "
    "give it to who breaks in, or that no copy exists; and after a spend from the address it shows nothing. "
    "Signatures are BIP-322, simple form. This one was made at boot:</p>\n";

/* The boot's own proof.  Nothing at all in an image without proofs. */
static void
statement(struct outbuf *out)
{
	if (proof_statement_text().len == 0)
		return;
	text_string(out, PROOF);
	text_string(out, "<dl>\n<dt>Text</dt><dd><code>");
	outbuf_bytes(out, proof_statement_text());
	text_string(out, "</code></dd>\n<dt>Signature</dt><dd><code>");
	outbuf_bytes(out, proof_statement_signature());
	text_string(out, "</code></dd>\n</dl>\n");
}

static uint64_t
sum(enum stats_outcome outcome)
{
	uint64_t all = 0;

	for (size_t i = 0; i < SERVICE_NUM; i++)
		all += stats_outcomes(&SERVICES[i], outcome);
	return all;
}

static void
tile(struct outbuf *out, const char *name, uint64_t value)
{
	text_string(out, "<div><dt>");
	text_string(out, name);
	markup_number(out, "</dt><dd>", value, "</dd></div>\n");
}

/* Counters since boot. */
static void
tiles(struct outbuf *out, uint64_t up_s)
{
	text_string(out, "<dl class=\"t\">\n");
	tile(out, "Hours up", up_s / 3600);
	tile(out, "Connections", sum(STATS_ACCEPTED));
	tile(out, "Handshakes done", sum(STATS_ESTABLISHED));
	tile(out, "Handshakes failed", sum(STATS_TLS_FAILED));
	tile(out, "Key given", sum(STATS_PRIZE));
	text_string(out, "</dl>\n");
}

/* Where to look the address up; regtest is known to nobody. */
static void
explorer(struct outbuf *out, const struct page_facts *facts)
{
	static const char NETWORKS[][10] = {
		[WALLET_MAIN] = "", [WALLET_TESTNET4] = "testnet4/", [WALLET_SIGNET] = "signet/"
	};

	if (facts->chain == WALLET_REGTEST)
		return;
	text_string(out, "<p><a rel=\"noreferrer\" href=\"https://mempool.space/");
	text_string(out, NETWORKS[facts->chain]);
	text_string(out, "address/");
	text_string(out, facts->address);
	text_string(out, "\">The address in a block explorer</a></p>\n");
}

static void
prize(struct outbuf *out, const struct page_facts *facts)
{
	text_string(out, "<div class=\"x\">");
	markup_qr(out, &facts->qr);
	text_string(out, "<dl>\n<dt>Address</dt><dd><code>");
	text_string(out, facts->address);
	text_string(out, "</code></dd>\n<dt>Chain</dt><dd>");
	text_string(out, wallet_chain_name(facts->chain));
	text_string(out, "</dd>\n<dt>Mode</dt><dd>");
	text_string(out, facts->mode);
	text_string(out, "</dd>\n</dl></div>\n");
	explorer(out, facts);
}

void
page_front(struct outbuf *out, const struct page_facts *facts, uint64_t now_ns)
{
	markup_open(out, "Pi&ntilde;ata");
	text_string(out, TOP);
	if (facts->practice)
		text_string(out, "<p class=\"practice\"><strong>This is practice.</strong> "
		    "The coins here are worth nothing.</p>\n");
	prize(out, facts);
	tiles(out, now_ns / 1000000000);
	text_string(out, ABOUT);
	text_string(out, RULES);
	text_string(out, PORTS);
	text_string(out, COMMANDS);
	statement(out);
	text_string(out, "<h2>This machine</h2>\n<dl>\n<dt>Version</dt><dd>" BASE_VERSION "</dd>\n<dt>Build</dt><dd><code>");
	text_hex(out, (struct span){ facts->image_hash, BASE_BUILD_ID_LEN });
	text_string(out, "</code></dd>\n<dt>Image, SHA-256</dt><dd><code>");
	text_hex(out, SPAN_ARRAY(facts->image_hash));
	text_string(out, "</code></dd>\n<dt>Booted</dt><dd>");
	markup_utc(out, facts->boot_s);
	text_string(out, "</dd>\n</dl>\n");
	markup_close(out);
}
