/*
 * version.h: the version of these sources, said by the pages, the proofs and the crash report.  deploy/release publishes no
 * other.  What tells two builds apart is not this but the image's hash; its first 40 digits are called the build id.
 */
#ifndef BASE_VERSION_H
#define BASE_VERSION_H

#define BASE_VERSION		"0.1.0"	/* digits and dots */
#define BASE_BUILD_ID_LEN	20	/* bytes */

#endif
