/* rpc.c: JSON-RPC 1.0 with libcurl and jansson.  See rpc.h. */
#include "deploy/tool/rpc.h"

#include <curl/curl.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "deploy/tool/args.h"
#include "deploy/tool/chain.h"
#include "deploy/tool/tool.h"
#include "platform/base/bytes.h"

enum { ANSWER_MAX = 64 << 20, CONNECT_S = 5, ANSWER_S = 300 };

struct rpc {
	CURL *curl;
	struct curl_slist *headers;
	char *url, *cookie, error[512];
	char *answer;
	size_t answer_len;
	int code;
};

struct rpc *
rpc_open(const char *url, const char *cookie)
{
	struct rpc *rpc = tool_alloc(sizeof *rpc);

	if (strchr(url, '@') != NULL)
		tool_die(TOOL_USAGE, "the node's address carries a password, which every user of this machine can see "
		    "in the list of processes; put user:password into a file with mode 0600 and name it with --cookie");
	rpc->curl = curl_easy_init();
	if (rpc->curl == NULL)
		tool_die(TOOL_SOURCE, "libcurl does not start");
	rpc->headers = curl_slist_append(NULL, "Content-Type: application/json");
	rpc->url = tool_format("%s", url);
	rpc->cookie = tool_format("%s", cookie);
	return rpc;
}

struct rpc *
rpc_from_args(const struct args *args, const struct chain *chain)
{
	const char *home = getenv("HOME"), *url = args_get(args, "rpc"), *cookie = args_get(args, "cookie");
	char *own_url = tool_format("http://127.0.0.1:%u", (unsigned)chain->rpc_port);
	char *own_cookie = tool_format("%s/.bitcoin/%s.cookie", home == NULL ? "" : home, chain->folder);
	struct rpc *rpc = rpc_open(url == NULL ? own_url : url, cookie == NULL ? own_cookie : cookie);

	free(own_url);
	free(own_cookie);
	return rpc;
}

void
rpc_close(struct rpc *rpc)
{
	if (rpc == NULL)
		return;
	curl_slist_free_all(rpc->headers);
	curl_easy_cleanup(rpc->curl);
	free(rpc->url);
	free(rpc->cookie);
	free(rpc->answer);
	free(rpc);
}

const char *
rpc_error(const struct rpc *rpc) { return rpc->error; }

int
rpc_code(const struct rpc *rpc) { return rpc->code; }

static size_t
take_answer(char *bytes, size_t one, size_t len, void *data)
{
	struct rpc *rpc = data;

	(void)one;
	if (len > ANSWER_MAX - rpc->answer_len)
		return 0;
	rpc->answer = tool_grow(rpc->answer, rpc->answer_len + len + 1);
	memcpy(rpc->answer + rpc->answer_len, bytes, len);
	rpc->answer_len += len;
	rpc->answer[rpc->answer_len] = '\0';
	return len;
}

/* user:password from the cookie file into curl, and out of our memory. */
static bool
set_password(struct rpc *rpc)
{
	size_t len;
	char *text = tool_read(rpc->cookie, &len);

	if (text == NULL) {
		snprintf(rpc->error, sizeof rpc->error, "can not read the node's cookie %s (%s); is the node running, "
		    "and may this user read the file?", rpc->cookie, strerror(errno));
		return false;
	}
	text[strcspn(text, "\r\n")] = '\0';
	curl_easy_setopt(rpc->curl, CURLOPT_USERPWD, text);
	tool_forget(text, len);
	return true;
}

static bool
post(struct rpc *rpc, const char *body)
{
	CURLcode result;

	rpc->answer_len = 0;
	curl_easy_setopt(rpc->curl, CURLOPT_URL, rpc->url);
	curl_easy_setopt(rpc->curl, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(rpc->curl, CURLOPT_HTTPHEADER, rpc->headers);
	curl_easy_setopt(rpc->curl, CURLOPT_HTTPAUTH, CURLAUTH_BASIC);
	curl_easy_setopt(rpc->curl, CURLOPT_POSTFIELDS, body);
	curl_easy_setopt(rpc->curl, CURLOPT_WRITEFUNCTION, take_answer);
	curl_easy_setopt(rpc->curl, CURLOPT_WRITEDATA, rpc);
	curl_easy_setopt(rpc->curl, CURLOPT_CONNECTTIMEOUT, (long)CONNECT_S);
	curl_easy_setopt(rpc->curl, CURLOPT_TIMEOUT, (long)ANSWER_S);
	curl_easy_setopt(rpc->curl, CURLOPT_NOPROXY, "*");
	curl_easy_setopt(rpc->curl, CURLOPT_NOSIGNAL, 1L);
	result = curl_easy_perform(rpc->curl);
	curl_easy_setopt(rpc->curl, CURLOPT_USERPWD, NULL);
	if (result == CURLE_OK)
		return true;
	snprintf(rpc->error, sizeof rpc->error, "the node at %s does not answer: %s", rpc->url,
	    curl_easy_strerror(result));
	return false;
}

/* Sends `request` (taken over) and parses what comes. */
static json_t *
exchange(struct rpc *rpc, json_t *request)
{
	char *body = json_dumps(request, JSON_COMPACT);
	json_t *answer = NULL;
	long http = 0;

	rpc->code = 0;
	json_decref(request);
	if (body != NULL && set_password(rpc) && post(rpc, body)) {
		curl_easy_getinfo(rpc->curl, CURLINFO_RESPONSE_CODE, &http);
		answer = rpc->answer_len == 0 ? NULL : json_loadb(rpc->answer, rpc->answer_len, 0, NULL);
		if (answer == NULL && http == 401)
			snprintf(rpc->error, sizeof rpc->error, "the node at %s refuses the password in %s", rpc->url,
			    rpc->cookie);
		else if (answer == NULL)
			snprintf(rpc->error, sizeof rpc->error, "the node at %s answers HTTP %ld without JSON: is it a "
			    "bitcoind?", rpc->url, http);
	}
	free(body);
	return answer;
}

/* The result of one answer as a new reference, or NULL and the error. */
static json_t *
result_of(struct rpc *rpc, const char *method, const json_t *answer)
{
	const json_t *error = json_object_get(answer, "error");
	json_t *result = json_object_get(answer, "result");

	if (json_is_object(error)) {
		const char *message = json_string_value(json_object_get(error, "message"));

		rpc->code = (int)json_integer_value(json_object_get(error, "code"));
		snprintf(rpc->error, sizeof rpc->error, "the node refuses %s: %s (%d)%s", method,
		    message == NULL ? "no reason given" : message, rpc->code,
		    rpc->code == -32601 ? "; Bitcoin Core or Knots 29 or later is needed" : "");
		return NULL;
	}
	if (result == NULL)
		snprintf(rpc->error, sizeof rpc->error, "the node's answer to %s has no result", method);
	return json_incref(result);
}

static json_t *
request_of(const char *method, json_t *params, size_t id)
{
	return json_pack("{s:s, s:I, s:s, s:o}", "jsonrpc", "1.0", "id", (json_int_t)id, "method", method, "params",
	    params);
}

json_t *
rpc_call(struct rpc *rpc, const char *method, json_t *params)
{
	json_t *answer = exchange(rpc, request_of(method, params, 0));
	json_t *result = answer == NULL ? NULL : result_of(rpc, method, answer);

	json_decref(answer);
	return result;
}

json_t *
rpc_batch(struct rpc *rpc, const char *method, json_t *list_of_params)
{
	json_t *request = json_array(), *answer, *results = json_array();
	size_t num = json_array_size(list_of_params);

	for (size_t i = 0; i < num; i++)
		json_array_append_new(request, request_of(method, json_incref(json_array_get(list_of_params, i)), i));
	json_decref(list_of_params);
	answer = exchange(rpc, request);
	if (answer != NULL && (!json_is_array(answer) || json_array_size(answer) != num))
		snprintf(rpc->error, sizeof rpc->error, "the node's answer to %zu calls of %s is no list of them", num,
		    method);
	for (size_t i = 0; json_is_array(answer) && json_array_size(answer) == num && i < num; i++) {
		const json_t *one = json_array_get(answer, i);
		json_t *result = json_integer_value(json_object_get(one, "id")) != (json_int_t)i ? NULL :
		    result_of(rpc, method, one);

		if (result == NULL)
			break;
		json_array_append_new(results, result);
	}
	json_decref(answer);
	if (json_array_size(results) == num && answer != NULL)
		return results;
	json_decref(results);
	return NULL;
}

json_t *
rpc_must(struct rpc *rpc, const char *method, json_t *params)
{
	json_t *result = rpc_call(rpc, method, params);

	if (result == NULL)
		tool_die(TOOL_SOURCE, "%s", rpc->error);
	return result;
}

int64_t
rpc_amount(const json_t *value)
{
	double coins = json_number_value(value);

	if (!json_is_number(value) || !(coins >= 0 && coins <= 21e6))
		return -1;
	return (int64_t)(coins * 1e8 + 0.5);
}

const char *
rpc_hex(const json_t *object, const char *name, size_t len)
{
	const char *text = json_string_value(json_object_get(object, name));

	if (text == NULL || strlen(text) != len || strspn(text, "0123456789abcdef") != len)
		return NULL;
	return text;
}
