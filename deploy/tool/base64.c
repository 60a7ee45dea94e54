/* base64.c: see base64.h.  Encoding is platform/base/text.c's. */
#include "deploy/tool/base64.h"

#include <string.h>

/* The value of four letters, the first `num` of them real; false for another character. */
static bool
read_group(uint32_t *group, const uint8_t *letters, size_t num)
{
	static const char LETTERS[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

	*group = 0;
	for (size_t i = 0; i < 4; i++) {
		const char *letter = i < num ? strchr(LETTERS, letters[i]) : LETTERS;

		if (letter == NULL || *letter == '\0')
			return false;
		*group = *group << 6 | (uint32_t)(letter - LETTERS);
	}
	return true;
}

bool
base64_decode(uint8_t *bytes, size_t *len, size_t room, struct span text)
{
	size_t num_pads = 0;

	*len = 0;
	if (text.len % 4 != 0 || text.len / 4 > room / 3 + 1)
		return false;
	while (num_pads < 2 && num_pads < text.len && text.ptr[text.len - 1 - num_pads] == '=')
		num_pads++;
	for (size_t i = 0; i < text.len; i += 4) {
		size_t num = i + 4 == text.len ? 4 - num_pads : 4;
		uint32_t group;

		if (!read_group(&group, text.ptr + i, num) || (group & ((1u << 8 * (4 - num)) - 1)) != 0 ||
		    num - 1 > room - *len)
			return false;
		for (size_t j = 0; j + 1 < num; j++)
			bytes[(*len)++] = (uint8_t)(group >> (16 - 8 * j));
	}
	return true;
}
