/*
 * status_test.c: the breach rule, by enumeration of small worlds and by the stories of the
 * issue.  Not the chain follower: watch_test.py runs that against a real node.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <string.h>

#include "deploy/tool/status.h"
#include "platform/base/sha256.h"

enum { TIP = 1000, PRIZE = 100000000, FUNDED = 10000 };

/* Where a transaction is. */
enum place { NOWHERE, MEMPOOL, KEPT, DEPTH_1, DEPTH_5, DEPTH_6, NUM_PLACES };

/* What makes the owner's spend his, or does not. */
enum claim { OPENED, LEAF, UNOPENED, IMPOSTOR, WRONG_SALT, NUM_CLAIMS };

struct world {
	struct activity chain[8], mempool[8], kept[8];
	uint8_t commitments[2][32];
	struct opening openings[2];
	struct status_view view;
	struct status_rules rules;
};

static void
name_txid(char txid[TXID_TEXT], char digit)
{
	memset(txid, digit, TXID_TEXT - 1);
	txid[TXID_TEXT - 1] = '\0';
}

static void
empty_world(struct world *world)
{
	memset(world, 0, sizeof *world);
	world->view = (struct status_view){ NULL, TIP, world->chain, world->mempool, world->kept, 0, 0, 0 };
	world->rules = (struct status_rules){ 6, FUNDED, (const uint8_t (*)[32])world->commitments, 0,
	    world->openings, 0 };
}

static int
height_of(enum place place)
{
	return place == DEPTH_1 ? TIP : place == DEPTH_5 ? TIP - 4 : TIP - 5;
}

static struct activity *
add(struct world *world, enum place place)
{
	struct activity *at;

	if (place == MEMPOOL)
		return &world->mempool[world->view.num_mempool++];
	if (place == KEPT)
		return &world->kept[world->view.num_kept++];
	at = &world->chain[world->view.num_chain++];
	at->height = height_of(place);
	return at;
}

static void
receive(struct world *world, enum place place, char digit, int64_t amount_sat)
{
	struct activity *at;

	if (place == NOWHERE)
		return;
	at = add(world, place);
	at->kind = ACTIVITY_RECEIVE;
	at->amount_sat = amount_sat;
	name_txid(at->txid, digit);
}

static struct activity *
spend(struct world *world, enum place place, char digit, char from)
{
	static struct activity unused;
	struct activity *at = place == NOWHERE ? &unused : add(world, place);

	at->kind = ACTIVITY_SPEND;
	name_txid(at->txid, digit);
	name_txid(at->from_txid, from);
	return at;
}

/* A commitment to transaction `digit`, and its opening. */
static void
commit(struct world *world, char digit)
{
	struct opening *opening = &world->openings[0];

	name_txid(opening->txid, digit);
	memset(opening->salt, 7, sizeof opening->salt);
	status_commit(world->commitments[0], opening);
	world->rules.num_commitments = 1;
	world->rules.num_openings = 1;
}

static struct status
judge(const struct world *world)
{
	return status_of(&world->view, &world->rules);
}

/* The owner's transaction is 'o', spending 'f'; true if it counts as his. */
static bool
owner_spends(struct world *world, enum place place, enum claim claim)
{
	spend(world, place, 'b', 'f')->owner_leaf = claim == LEAF;
	commit(world, claim == IMPOSTOR ? 'c' : 'b');
	if (claim == UNOPENED || claim == LEAF)
		world->rules.num_openings = 0;
	if (claim == WRONG_SALT)
		world->openings[0].salt[31] ^= 1;
	return claim == OPENED || claim == LEAF;
}

/* What a spend in one place means alone: the facts' table, said again. */
static enum state
alone(enum place place, bool owner)
{
	switch (place) {
	case MEMPOOL:
		return STATE_SPEND_SEEN;
	case KEPT:
		return owner ? STATE_UNKNOWN : STATE_KEY_USED;	/* the owner's vanished spend says nothing */
	case DEPTH_1:
	case DEPTH_5:
		return owner ? STATE_WITHDRAWN_PENDING : STATE_BREACHED_PENDING;
	case DEPTH_6:
		return owner ? STATE_WITHDRAWN : STATE_BREACHED;
	default:
		return STATE_UNKNOWN;
	}
}

static enum state
funding_state(enum place place, int64_t amount_sat)
{
	if (place == NOWHERE || place == MEMPOOL || place == KEPT || amount_sat < FUNDED)
		return STATE_UNFUNDED;
	return place == DEPTH_6 ? STATE_LIVE : STATE_FUNDING;
}

static const unsigned BADNESS[NUM_PLACES] = {
	[NOWHERE] = 0, [KEPT] = 1, [MEMPOOL] = 2, [DEPTH_1] = 3, [DEPTH_5] = 4, [DEPTH_6] = 5
};

/* Two thieves and an owner, everywhere; the worst thief decides, else the owner, else the funds. */
static void
every_world(void **state)
{
	static const int64_t AMOUNTS[2] = { FUNDED - 1, PRIZE };
	unsigned num_worlds = 0;

	(void)state;
	for (unsigned at = 0; at < NUM_PLACES * NUM_PLACES * NUM_PLACES * NUM_PLACES * NUM_CLAIMS * 2; at++) {
		enum place thief = at % 6, second = at / 6 % 6, owner = at / 36 % 6, funds = at / 216 % 6;
		enum claim claim = at / 1296 % NUM_CLAIMS;
		int64_t amount = AMOUNTS[at / 1296 / NUM_CLAIMS];
		enum place worst = BADNESS[second] > BADNESS[thief] ? second : thief;
		struct world world;
		struct status got;
		enum state want;
		bool owned;

		if (funds == KEPT)
			continue;
		empty_world(&world);
		receive(&world, funds, 'd', amount);
		owned = owner_spends(&world, owner, claim);
		if (!owned && BADNESS[owner] > BADNESS[worst])
			worst = owner;
		spend(&world, thief, '1', 'f');
		spend(&world, second, '2', 'f');
		/* The chain is in order of height: the oldest spend decides. */
		for (size_t i = 1; i < world.view.num_chain; i++)
			for (size_t j = i; j > 0 && world.chain[j].height < world.chain[j - 1].height; j--) {
				struct activity swap = world.chain[j];

				world.chain[j] = world.chain[j - 1];
				world.chain[j - 1] = swap;
			}
		got = judge(&world);
		want = worst != NOWHERE ? alone(worst, false) : alone(owner, true);
		if (want == STATE_UNKNOWN)
			want = funding_state(funds, amount);
		assert_string_equal(status_name(got.state), status_name(want));
		assert_int_equal(got.owner, worst == NOWHERE && owner != NOWHERE && owner != KEPT);
		world.view.trouble = "no node";
		got = judge(&world);
		assert_int_equal(got.state, STATE_UNKNOWN);
		assert_null(got.cause);
		num_worlds++;
	}
	assert_int_equal(num_worlds, 6 * 6 * 6 * 5 * NUM_CLAIMS * 2);
}

static void
funding_and_balance(void **state)
{
	struct world world;
	struct status got;

	(void)state;
	empty_world(&world);
	assert_int_equal(judge(&world).state, STATE_UNFUNDED);
	receive(&world, MEMPOOL, '1', PRIZE);
	got = judge(&world);
	assert_int_equal(got.state, STATE_UNFUNDED);
	assert_int_equal(got.incoming_sat, PRIZE);
	assert_int_equal(got.balance_sat, 0);

	/* Old dust does not make a young prize LIVE. */
	empty_world(&world);
	receive(&world, DEPTH_6, '1', 600);
	assert_int_equal(judge(&world).state, STATE_UNFUNDED);
	receive(&world, DEPTH_5, '2', PRIZE);
	got = judge(&world);
	assert_int_equal(got.state, STATE_FUNDING);
	assert_int_equal(got.num_confirmations, 5);
	assert_int_equal(got.balance_sat, PRIZE + 600);
	assert_int_equal(got.num_outputs, 2);

	/* Young dust does not make an old prize FUNDING. */
	empty_world(&world);
	receive(&world, DEPTH_6, '1', PRIZE);
	receive(&world, DEPTH_1, '2', 600);
	got = judge(&world);
	assert_int_equal(got.state, STATE_LIVE);
	assert_int_equal(got.num_confirmations, 6);

	/* Exactly the threshold is a prize; one less is dust. */
	empty_world(&world);
	receive(&world, DEPTH_6, '1', FUNDED);
	assert_int_equal(judge(&world).state, STATE_LIVE);
	world.chain[0].amount_sat--;
	assert_int_equal(judge(&world).state, STATE_UNFUNDED);
}

/* A breach of one dust output, with the prize still there, is a breach. */
static void
partial_spend(void **state)
{
	struct world world;
	struct status got;

	(void)state;
	empty_world(&world);
	receive(&world, DEPTH_6, '1', PRIZE);
	receive(&world, DEPTH_6, '2', 600);
	spend(&world, DEPTH_6, '3', '2')->amount_sat = 600;
	got = judge(&world);
	assert_int_equal(got.state, STATE_BREACHED);
	assert_int_equal(got.balance_sat, PRIZE);
	assert_int_equal(got.num_outputs, 1);
	/* The same transaction number with another output does not count as spent. */
	world.chain[2].index = 1;
	assert_int_equal(judge(&world).balance_sat, PRIZE + 600);
}

/* Replaced, mined, reorganised away, mined again, settled. */
static void
life_of_a_theft(void **state)
{
	struct world world;
	struct status got;

	(void)state;
	empty_world(&world);
	receive(&world, DEPTH_6, '1', PRIZE);
	spend(&world, MEMPOOL, '2', '1');
	spend(&world, KEPT, '2', '1');
	assert_int_equal(judge(&world).state, STATE_SPEND_SEEN);
	name_txid(world.mempool[0].txid, '3');		/* replaced by fee */
	spend(&world, KEPT, '3', '1');
	got = judge(&world);
	assert_int_equal(got.state, STATE_SPEND_SEEN);
	assert_ptr_equal(got.cause, &world.mempool[0]);
	world.view.num_mempool = 0;			/* expired */
	assert_int_equal(judge(&world).state, STATE_KEY_USED);
	spend(&world, DEPTH_1, '3', '1');
	assert_int_equal(judge(&world).state, STATE_BREACHED_PENDING);
	world.view.num_chain--;				/* reorganised away */
	assert_int_equal(judge(&world).state, STATE_KEY_USED);
	world.view.num_mempool = 1;
	assert_int_equal(judge(&world).state, STATE_SPEND_SEEN);
	world.view.num_mempool = 0;
	spend(&world, DEPTH_6, '3', '1');
	got = judge(&world);
	assert_int_equal(got.state, STATE_BREACHED);
	assert_int_equal(got.num_confirmations, 6);
	assert_int_equal(got.balance_sat, 0);
}

/* The oldest foreign spend settles a breach, whatever follows. */
static void
depth_of_the_first(void **state)
{
	struct world world;

	(void)state;
	empty_world(&world);
	receive(&world, DEPTH_6, '1', PRIZE);
	spend(&world, DEPTH_6, '2', '1');
	spend(&world, DEPTH_1, '3', '4');
	assert_int_equal(judge(&world).state, STATE_BREACHED);
	assert_int_equal(judge(&world).num_confirmations, 6);
	world.rules.confirmations = 7;
	assert_int_equal(judge(&world).state, STATE_BREACHED_PENDING);
}

/* A withdrawal, then somebody spends dust that came later: the key is out. */
static void
theft_after_withdrawal(void **state)
{
	struct world world;

	(void)state;
	empty_world(&world);
	receive(&world, DEPTH_6, '1', PRIZE);
	assert_true(owner_spends(&world, DEPTH_6, OPENED));
	assert_int_equal(judge(&world).state, STATE_WITHDRAWN);
	receive(&world, DEPTH_5, '8', 600);
	assert_int_equal(judge(&world).state, STATE_WITHDRAWN);
	spend(&world, MEMPOOL, '9', '8');
	assert_int_equal(judge(&world).state, STATE_SPEND_SEEN);
	world.mempool[0].owner_leaf = true;
	assert_int_equal(judge(&world).state, STATE_WITHDRAWN);
}

/* A second commitment, after a top-up, leaves the first one good. */
static void
two_commitments(void **state)
{
	struct world world;

	(void)state;
	empty_world(&world);
	commit(&world, '5');
	name_txid(world.openings[1].txid, '6');
	memset(world.openings[1].salt, 9, sizeof world.openings[1].salt);
	status_commit(world.commitments[1], &world.openings[1]);
	world.rules.num_commitments = world.rules.num_openings = 2;
	spend(&world, DEPTH_6, '6', 'f');
	assert_int_equal(judge(&world).state, STATE_WITHDRAWN);
	name_txid(world.chain[0].txid, '5');
	assert_int_equal(judge(&world).state, STATE_WITHDRAWN);
	name_txid(world.chain[0].txid, '7');
	assert_int_equal(judge(&world).state, STATE_BREACHED);
	/* The salt of one does not open the other. */
	name_txid(world.chain[0].txid, '6');
	memcpy(world.openings[1].salt, world.openings[0].salt, 32);
	assert_int_equal(judge(&world).state, STATE_BREACHED);
}

/* SHA256("pinata-withdraw-v1" 00 11..11 07..07), computed with sha256sum. */
static void
commitment_known(void **state)
{
	static const uint8_t WANT[32] = {
		0x5f, 0x82, 0x2d, 0x0e, 0x45, 0x6c, 0xb3, 0x49, 0x9f, 0x78, 0x1e, 0x73, 0xa9, 0x82, 0x83, 0xa7,
		0xcb, 0xb1, 0x90, 0x37, 0xe7, 0x84, 0xc8, 0x79, 0xbd, 0x97, 0xf6, 0xc8, 0x1a, 0xf4, 0x5b, 0x88
	};
	struct world world;

	(void)state;
	empty_world(&world);
	commit(&world, '1');
	assert_memory_equal(world.commitments[0], WANT, sizeof WANT);
	/* Something that is not hex is nobody's commitment. */
	name_txid(world.openings[0].txid, 'x');
	status_commit(world.commitments[1], &world.openings[0]);
	assert_memory_not_equal(world.commitments[1], WANT, sizeof WANT);
}

static void
names(void **state)
{
	(void)state;
	for (unsigned i = 0; i < NUM_STATES; i++) {
		assert_true(strlen(status_name(i)) >= 4);
		assert_true(strlen(status_words(i)) >= 10);
		for (unsigned j = 0; j < i; j++)
			assert_string_not_equal(status_name(i), status_name(j));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_world), cmocka_unit_test(funding_and_balance),
		cmocka_unit_test(partial_spend), cmocka_unit_test(life_of_a_theft),
		cmocka_unit_test(depth_of_the_first), cmocka_unit_test(theft_after_withdrawal),
		cmocka_unit_test(two_commitments), cmocka_unit_test(commitment_known),
		cmocka_unit_test(names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
