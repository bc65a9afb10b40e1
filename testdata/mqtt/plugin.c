/* Mosquitto plugin (interface version 5) for the recordings that need a broker which
 * authenticates with AUTH packets and which refuses some subscriptions and messages.
 * record.py compiles it.
 *
 * Enhanced authentication, method "COUNT": the server sends the challenge "c1", then "c2",
 * and accepts the client that answered "r1", then "r2".
 * Access: a topic that starts with "refused/" may be neither subscribed to nor written. */
#include <mosquitto.h>
#include <mosquitto_broker.h>
#include <mosquitto_plugin.h>
#include <stdlib.h>
#include <string.h>

static mosquitto_plugin_id_t *self;

static int answer(struct mosquitto_evt_extended_auth *event, const char *text, int code)
{
    event->data_out = malloc(strlen(text));
    if (event->data_out == NULL) {
        return MOSQ_ERR_NOMEM;
    }
    memcpy(event->data_out, text, strlen(text));
    event->data_out_len = (uint16_t)strlen(text);
    return code;
}

static int is(struct mosquitto_evt_extended_auth *event, const char *text)
{
    return event->data_in_len == strlen(text) && !memcmp(event->data_in, text, strlen(text));
}

static int on_start(int kind, void *data, void *user)
{
    struct mosquitto_evt_extended_auth *event = data;
    (void)kind; (void)user;
    if (strcmp(event->auth_method, "COUNT")) {
        return MOSQ_ERR_NOT_SUPPORTED;
    }
    return answer(event, "c1", MOSQ_ERR_AUTH_CONTINUE);
}

static int on_continue(int kind, void *data, void *user)
{
    struct mosquitto_evt_extended_auth *event = data;
    (void)kind; (void)user;
    if (is(event, "r1")) {
        return answer(event, "c2", MOSQ_ERR_AUTH_CONTINUE);
    }
    return is(event, "r2") ? answer(event, "done", MOSQ_ERR_SUCCESS) : MOSQ_ERR_AUTH;
}

static int on_access(int kind, void *data, void *user)
{
    struct mosquitto_evt_acl_check *event = data;
    (void)kind; (void)user;
    return strncmp(event->topic, "refused/", 8) ? MOSQ_ERR_SUCCESS : MOSQ_ERR_ACL_DENIED;
}

int mosquitto_plugin_version(int count, const int *versions)
{
    int index;
    for (index = 0; index < count; index++) {
        if (versions[index] == 5) {
            return 5;
        }
    }
    return -1;
}

int mosquitto_plugin_init(mosquitto_plugin_id_t *identifier, void **user,
                          struct mosquitto_opt *options, int count)
{
    int rc;
    (void)user; (void)options; (void)count;
    self = identifier;
    rc = mosquitto_callback_register(self, MOSQ_EVT_EXT_AUTH_START, on_start, NULL, NULL);
    if (!rc) rc = mosquitto_callback_register(self, MOSQ_EVT_EXT_AUTH_CONTINUE, on_continue, NULL, NULL);
    if (!rc) rc = mosquitto_callback_register(self, MOSQ_EVT_ACL_CHECK, on_access, NULL, NULL);
    return rc;
}

int mosquitto_plugin_cleanup(void *user, struct mosquitto_opt *options, int count)
{
    (void)user; (void)options; (void)count;
    mosquitto_callback_unregister(self, MOSQ_EVT_EXT_AUTH_START, on_start, NULL);
    mosquitto_callback_unregister(self, MOSQ_EVT_EXT_AUTH_CONTINUE, on_continue, NULL);
    mosquitto_callback_unregister(self, MOSQ_EVT_ACL_CHECK, on_access, NULL);
    return 0;
}
