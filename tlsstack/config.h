/* config.h: is a configuration one that a connection can work with? */
#ifndef TLS_CONFIG_H
#define TLS_CONFIG_H

#include "tlsstack/tls.h"

/* Panics if it is not: an owner's configuration is never the peer's doing. */
void config_check(const struct tls_config *config);

#endif
