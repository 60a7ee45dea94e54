/*
 * rpc.h: JSON-RPC to a bitcoind over HTTP.  The node is the owner's own, but it may be absent,
 * starting, busy or wrong: nothing here ends the program.
 */
#ifndef TOOL_RPC_H
#define TOOL_RPC_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct args;
struct chain;

struct rpc;

/*
 * `url` such as http://127.0.0.1:8332; `cookie` is a file that holds user:password (bitcoind's
 * own .cookie, or one made for rpcauth).  It is read at each call: a restarted node makes a new
 * one.  Ends the program with TOOL_USAGE if the URL carries a password: it would be in argv.
 */
struct rpc *rpc_open(const char *url, const char *cookie);
void rpc_close(struct rpc *rpc);

/* From --rpc and --cookie, or what the chain's node uses by default. */
struct rpc *rpc_from_args(const struct args *args, const struct chain *chain);

/*
 * One call; `params` is a JSON array and is taken over.  The result is a new reference; NULL on
 * any failure, and then rpc_error tells what to do about it.
 */
json_t *rpc_call(struct rpc *rpc, const char *method, json_t *params);

/* As many calls of one method in one request; an array of their results, or NULL. */
json_t *rpc_batch(struct rpc *rpc, const char *method, json_t *list_of_params);

/* Valid until the next call. */
const char *rpc_error(const struct rpc *rpc);

/* The node's error code of the last call, 0 if it was not the node that refused. */
int rpc_code(const struct rpc *rpc);

/* rpc_call for commands that can not go on without: ends the program with TOOL_SOURCE. */
json_t *rpc_must(struct rpc *rpc, const char *method, json_t *params);

/* An amount as nodes write it (coins, eight decimals) in satoshi; -1 if it is none. */
int64_t rpc_amount(const json_t *value);

/* A string member that is exactly `len` characters of lowercase hex, or NULL. */
const char *rpc_hex(const json_t *object, const char *name, size_t len);

#endif
