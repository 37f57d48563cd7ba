#pragma once

// Without the checks of arguments that only C can see: the wrappers below have types of their own.
#define CURL_DISABLE_TYPECHECK
#include <curl/curl.h>

// The library is loaded by the first call, since it brings forty others along, which would double the start of every
// command. Where it is missing, everything that makes something answers NULL or CURLE_FAILED_INIT.

// Swift cannot call variadic functions, so each type of argument that options and questions take has its own name here.

CURLcode drover_set_long(CURL *easy, CURLoption option, long value);
CURLcode drover_set_size(CURL *easy, CURLoption option, curl_off_t value);
CURLcode drover_set_text(CURL *easy, CURLoption option, const char *value);
CURLcode drover_set_pointer(CURL *easy, CURLoption option, void *value);
CURLcode drover_set_headers(CURL *easy, struct curl_slist *list);
CURLcode drover_set_writer(CURL *easy, CURLoption option, curl_write_callback callback);
CURLcode drover_set_reader(CURL *easy, curl_read_callback callback);
CURLcode drover_set_seeker(CURL *easy, curl_seek_callback callback);
CURLcode drover_set_prerequest(CURL *easy, curl_prereq_callback callback);
CURLcode drover_get_long(CURL *easy, CURLINFO info, long *value);
CURLcode drover_get_text(CURL *easy, CURLINFO info, char **value);
CURLMcode drover_multi_set_long(CURLM *multi, CURLMoption option, long value);
CURLMcode drover_multi_set_pointer(CURLM *multi, CURLMoption option, void *value);
CURLMcode drover_multi_set_sockets(CURLM *multi, curl_socket_callback callback);
CURLMcode drover_multi_set_timer(CURLM *multi, curl_multi_timer_callback callback);

// Whether the address is constant differs between versions.
CURLUcode drover_url_get(CURLU *url, CURLUPart part, char **text, unsigned int flags);
