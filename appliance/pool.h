/* pool.h: TLS states and record buffers: a connection pays for what it has reached. */
#ifndef APPLIANCE_POOL_H
#define APPLIANCE_POOL_H

#include "tlsstack/tls.h"

/* NULL when all are taken.  What comes back is already wiped by tls_wipe or tls_unlend. */
union tls_conn_store *pool_take_state(void);
void pool_return_state(union tls_conn_store *state);

uint8_t *pool_take_buffer(void);
void pool_return_buffer(uint8_t *buffer);

/* How many of each are taken. */
size_t pool_num_states(void);
size_t pool_num_buffers(void);

#endif
