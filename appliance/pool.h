/* pool.h: TLS states, record buffers, responses: a connection pays for what it has reached. */
#ifndef APPLIANCE_POOL_H
#define APPLIANCE_POOL_H

#include "tlsstack/tls.h"

/* NULL when all are taken.  What comes back is already wiped by tls_wipe or tls_unlend. */
union tls_conn_store *pool_take_state(void);
void pool_return_state(union tls_conn_store *state);

uint8_t *pool_take_buffer(void);
void pool_return_buffer(uint8_t *buffer);

/* Room for one response, PAGE_MAX bytes. */
uint8_t *pool_take_page(void);
void pool_return_page(uint8_t *page);

/* How many of each are taken. */
size_t pool_num_states(void);
size_t pool_num_buffers(void);
size_t pool_num_pages(void);

#endif
