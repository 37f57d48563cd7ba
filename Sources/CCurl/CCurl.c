#define _GNU_SOURCE
#include "CCurl.h"

#include <dlfcn.h>
#include <pthread.h>

static void *library;

static void load(void) {
    // Bound to itself: the functions of this file have the names of the library's own.
    library = dlopen("libcurl.so.4", RTLD_NOW | RTLD_LOCAL | RTLD_DEEPBIND);
}

static void *find(const char *name) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, load);
    return library ? dlsym(library, name) : NULL;
}

// A function of the library under its own name: found once, and called from then on.
#define FORWARD(type, name, parameters, arguments, missing)          \
    type name parameters {                                           \
        static type(*found) parameters;                              \
        if (!found) *(void **)&found = find(#name);                  \
        if (!found) return missing;                                  \
        return found arguments;                                      \
    }
#define FORWARD_VOID(name, parameters, arguments)                    \
    void name parameters {                                           \
        static void(*found) parameters;                              \
        if (!found) *(void **)&found = find(#name);                  \
        if (found) found arguments;                                  \
    }

FORWARD(CURLcode, curl_global_init, (long flags), (flags), CURLE_FAILED_INIT)
FORWARD(CURL *, curl_easy_init, (void), (), NULL)
FORWARD_VOID(curl_easy_cleanup, (CURL *easy), (easy))
FORWARD(const char *, curl_easy_strerror, (CURLcode code), (code), "libcurl.so.4 cannot be loaded")
FORWARD_VOID(curl_free, (void *memory), (memory))
FORWARD(struct curl_slist *, curl_slist_append, (struct curl_slist *list, const char *text), (list, text), NULL)
FORWARD_VOID(curl_slist_free_all, (struct curl_slist *list), (list))
FORWARD(CURLM *, curl_multi_init, (void), (), NULL)
FORWARD(CURLMcode, curl_multi_add_handle, (CURLM *multi, CURL *easy), (multi, easy), CURLM_INTERNAL_ERROR)
FORWARD(CURLMcode, curl_multi_remove_handle, (CURLM *multi, CURL *easy), (multi, easy), CURLM_INTERNAL_ERROR)
FORWARD(CURLMcode, curl_multi_cleanup, (CURLM *multi), (multi), CURLM_INTERNAL_ERROR)
FORWARD(CURLMsg *, curl_multi_info_read, (CURLM *multi, int *left), (multi, left), NULL)
FORWARD(const char *, curl_multi_strerror, (CURLMcode code), (code), "libcurl.so.4 cannot be loaded")
FORWARD(CURLMcode, curl_multi_socket_action, (CURLM *multi, curl_socket_t socket, int events, int *running),
        (multi, socket, events, running), CURLM_INTERNAL_ERROR)
FORWARD(CURLU *, curl_url, (void), (), NULL)
FORWARD_VOID(curl_url_cleanup, (CURLU *url), (url))
FORWARD(CURLUcode, curl_url_set, (CURLU *url, CURLUPart part, const char *text, unsigned int flags),
        (url, part, text, flags), CURLUE_OUT_OF_MEMORY)

// Variadic functions, each called with the one type that its wrapper has.
#define CALL(type, name, fallback, ...)                              \
    static type (*found)(__VA_ARGS__, ...);                          \
    if (!found) *(void **)&found = find(name);                       \
    if (!found) return fallback;

CURLcode drover_set_long(CURL *easy, CURLoption option, long value) {
    CALL(CURLcode, "curl_easy_setopt", CURLE_FAILED_INIT, CURL *, CURLoption)
    return found(easy, option, value);
}

CURLcode drover_set_size(CURL *easy, CURLoption option, curl_off_t value) {
    CALL(CURLcode, "curl_easy_setopt", CURLE_FAILED_INIT, CURL *, CURLoption)
    return found(easy, option, value);
}

CURLcode drover_set_text(CURL *easy, CURLoption option, const char *value) {
    CALL(CURLcode, "curl_easy_setopt", CURLE_FAILED_INIT, CURL *, CURLoption)
    return found(easy, option, value);
}

CURLcode drover_set_pointer(CURL *easy, CURLoption option, void *value) {
    CALL(CURLcode, "curl_easy_setopt", CURLE_FAILED_INIT, CURL *, CURLoption)
    return found(easy, option, value);
}

CURLcode drover_set_headers(CURL *easy, struct curl_slist *list) {
    CALL(CURLcode, "curl_easy_setopt", CURLE_FAILED_INIT, CURL *, CURLoption)
    return found(easy, CURLOPT_HTTPHEADER, list);
}

CURLcode drover_set_writer(CURL *easy, CURLoption option, curl_write_callback callback) {
    CALL(CURLcode, "curl_easy_setopt", CURLE_FAILED_INIT, CURL *, CURLoption)
    return found(easy, option, callback);
}

CURLcode drover_set_reader(CURL *easy, curl_read_callback callback) {
    CALL(CURLcode, "curl_easy_setopt", CURLE_FAILED_INIT, CURL *, CURLoption)
    return found(easy, CURLOPT_READFUNCTION, callback);
}

CURLcode drover_set_seeker(CURL *easy, curl_seek_callback callback) {
    CALL(CURLcode, "curl_easy_setopt", CURLE_FAILED_INIT, CURL *, CURLoption)
    return found(easy, CURLOPT_SEEKFUNCTION, callback);
}

CURLcode drover_set_prerequest(CURL *easy, curl_prereq_callback callback) {
    CALL(CURLcode, "curl_easy_setopt", CURLE_FAILED_INIT, CURL *, CURLoption)
    return found(easy, CURLOPT_PREREQFUNCTION, callback);
}

CURLcode drover_get_long(CURL *easy, CURLINFO info, long *value) {
    CALL(CURLcode, "curl_easy_getinfo", CURLE_FAILED_INIT, CURL *, CURLINFO)
    return found(easy, info, value);
}

CURLcode drover_get_text(CURL *easy, CURLINFO info, char **value) {
    CALL(CURLcode, "curl_easy_getinfo", CURLE_FAILED_INIT, CURL *, CURLINFO)
    return found(easy, info, value);
}

CURLMcode drover_multi_set_long(CURLM *multi, CURLMoption option, long value) {
    CALL(CURLMcode, "curl_multi_setopt", CURLM_INTERNAL_ERROR, CURLM *, CURLMoption)
    return found(multi, option, value);
}

CURLMcode drover_multi_set_pointer(CURLM *multi, CURLMoption option, void *value) {
    CALL(CURLMcode, "curl_multi_setopt", CURLM_INTERNAL_ERROR, CURLM *, CURLMoption)
    return found(multi, option, value);
}

CURLMcode drover_multi_set_sockets(CURLM *multi, curl_socket_callback callback) {
    CALL(CURLMcode, "curl_multi_setopt", CURLM_INTERNAL_ERROR, CURLM *, CURLMoption)
    return found(multi, CURLMOPT_SOCKETFUNCTION, callback);
}

CURLMcode drover_multi_set_timer(CURLM *multi, curl_multi_timer_callback callback) {
    CALL(CURLMcode, "curl_multi_setopt", CURLM_INTERNAL_ERROR, CURLM *, CURLMoption)
    return found(multi, CURLMOPT_TIMERFUNCTION, callback);
}

CURLUcode drover_url_get(CURLU *url, CURLUPart part, char **text, unsigned int flags) {
    static CURLUcode (*found)(CURLU *, CURLUPart, char **, unsigned int);
    if (!found) *(void **)&found = find("curl_url_get");
    return found ? found(url, part, text, flags) : CURLUE_OUT_OF_MEMORY;
}
