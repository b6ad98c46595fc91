import { describe, expect, it } from 'vitest';
import { classifyResponse } from './classification.js';
import { lookUpResponse, RESPONSE_RULES } from './response-table.js';

/**
 * What becomes of the call: `final`, `retry` (certainly not accepted), `doubt` (possibly accepted) or `lost`
 * (possibly accepted, and another attempt changes nothing).
 */
const FATES = {
  final: { retryable: false, sent: 'no' },
  retry: { retryable: true, sent: 'no' },
  doubt: { retryable: true, sent: 'maybe' },
  lost: { retryable: false, sent: 'maybe' },
} as const;

/** The documented errors: status | error | error_description | error_code | kind | fate | scope. */
const ROWS = String.raw`
statuses alone
400 | | | | validation | final |
401 | | | | auth | final |
403 | | | | forbidden | final |
404 | | | | not-found | final |
405 | | | | unsupported | final |
408 | | | | timeout | doubt |
409 | | | | conflict | retry |
413 | | | | too-large | final |
415 | | | | unsupported | final |
429 | | | | rate-limit | retry | calls
500 | | | | server | doubt |
501 | | | | unsupported | final |
502 | | | | server | doubt |
503 | | | | server | retry |
504 | | | | timeout | doubt |

tokens and authentication
400 | illegal_argument | client_id must be provided. | | validation | final |
400 | illegal_argument | client_secret must be provided | | validation | final |
400 | invalid_grant | client_id does not match | | auth | final |
400 | invalid_grant | client_secret does not match | | auth | final |
400 | invalid_grant | invalid username or password | | auth | final |
400 | invalid_grant | user not activated | | auth | final |
400 | illegal_argument | username [XXX] is not legal | | validation | final |
400 | illegal_argument | USERNAME_TOO_LONG | | validation | final |
401 | unauthorized | Unable to authenticate (OAuth) | | auth | final |
401 | unauthorized | Unable to authenticate due to expired access token | | auth | final |
401 | auth_bad_access_token | Unable to authenticate due to corrupt access token | | auth | final |
401 | auth_bad_access_token | Unable to authenticate | | auth | final |
401 | unauthorized | registration is not open, please contact the app admin | | auth | final |
404 | invalid_grant | user not found | | auth | final |
404 | entity_not_found | User null not found | | not-found | final |
404 | organization_application_not_found | Could not find application for acme/shop from URI: acme/shop/token | | not-found | final |
409 | concurrent_operation_error | concurrency create app user failed | | conflict | retry |
429 | resource_limited | You have exceeded the limit of the community edition,Please upgrade to the enterprise edition | | quota | final |

sending
400 | invalid_request_body | Request body is invalid. Please check body is correct. | | validation | final |
400 | message_send_error | param from can't be empty | 14001 | validation | final |
400 | message_send_error | param to can't be empty | 14002 | validation | final |
400 | message_send_error | param type can't be empty | | validation | final |
400 | message_send_error | param body can't be empty | 14005 | validation | final |
400 | message_send_error | param ext must be JSONObject | | validation | final |
400 | message_send_error | param users can't be empty | | validation | final |
400 | message_send_error | params to's size can't exceed limit 600 | | validation | final |
400 | message_send_error | params to's size can't exceed limit 3 | | validation | final |
400 | message_send_error | params to's size can't exceed limit 10 | | validation | final |
400 | | param to exceed limit | | validation | final |
400 | message_send_error | message is too large | 14007 | too-large | final |
400 | message_send_error | a text of another wording | 14007 | too-large | final |
403 | message_send_error | message send reach limit | | rate-limit | retry | messages
429 | reach_limit | This request has reached api limit | | rate-limit | retry | calls

legacy sending and broadcasts
400 | json_parse | Unexpected character ('}' (code 125)): was expecting double-quote to start field name\n at [Source: java.io.BufferedInputStream@7ba7eef2; line: 11, column: 2] | | validation | final |
400 | illegal_argument | target_type must be provided | | validation | final |
400 | illegal_argument | target_type can only be 'users' or 'chatgroups' or 'chatrooms' | | validation | final |
400 | illegal_argument | target_type can only be 'users' | | validation | final |
400 | illegal_argument | from can't be empty | | validation | final |
400 | illegal_argument | ext must be JSONObject | | validation | final |
400 | illegal_argument | message is too large | | too-large | final |
400 | illegal_argument | this is an invalid request. | | validation | final |
403 | forbidden_op | message broadcast service is unopened | | forbidden | final |
403 | forbidden_op | broadcast message limit exceeded | | quota | final |
403 | forbidden_op | online user broadcast limit exceeded | | quota | final |
403 | forbidden_op | chatroom broadcast limit exceeded | | quota | final |

files
400 | illegal_argument | file must be provided. | | validation | final |
413 | file exceeding maximum limit | the file size exceeds the maximum limit. | | too-large | final |
413 | Request Entity Too Large | Request Entity Too Large | | too-large | final |
404 | entity_not_found | file may not exists | | not-found | final |
404 | file_expired | file 0f3c9a10 is expired | | not-found | final |
403 | forbidden_op | | | forbidden | final |
400 | illegal_argument | chatfile_ids size is too large | | validation | final |
400 | illegal_argument | lifetime must be either 'forever' or 'default' or 'refresh' | | validation | final |

recall, edit and history
400 | message_recall_error | can't find msg to | | validation | final |
403 | message_recall_error | exceed recall time limit | | forbidden | final |
403 | message_recall_error | not_found msg | | forbidden | final |
403 | forbidden_op | message recall service is unopened | | forbidden | final |
500 | | internal error | | server | doubt |
401 | message_rewrite_error | You are not authorized to edit this message. | | forbidden | final |
401 | RewriteMessageNotAuthorizedException | You are not authorized to edit this message. | | forbidden | final |
403 | message_rewrite_error | The message has reached its edit limit and cannot be modified further. | | forbidden | final |
403 | message_rewrite_error | The rewrite message feature is not open. | | forbidden | final |
404 | message_rewrite_error | The message is unavailable or has expired. | | not-found | final |
409 | concurrent_operation_error | The message has been edited by another. | | conflict | retry |
500 | RewriteMessageInternalErrorException | An unknown error occurred while processing the request. | | server | doubt |
404 | storage_object_not_found | Failed to find chat message history download url for appkey: acme#shop, time: 2026 | | not-found | final |

other parts of the service
404 | service_resource_not_found | Service resource not found | | not-found | final |
404 | resource_not_found | username XXXX doesn't exist | | not-found | final |
415 | web_application | Unsupported Media Type | | unsupported | final |
429 | resource_limited | You have exceeded the limit of the Free edition. Please upgrade to higher edition. | | quota | final |
429 | | You have exceeded the limit of the Free edition. Please upgrade to higher edition. | | quota | final |
500 | no_full_text_index | Entity 'user' with property named 'username' is not full text indexed. | | unsupported | final |
500 | unsupported_service_operation | Service operation not supported | | unsupported | final |
500 | web_application | javax.ws.rs.WebApplicationException | | unsupported | final |
400 | illegal_argument | Entity user requires a property named username | | validation | final |
400 | illegal_argument | password or pin must provided | | validation | final |
400 | illegal_argument | newpassword is required | | validation | final |
400 | illegal_argument | oldPassword is required | | validation | final |
400 | illegal_argument | username is not legal | | validation | final |
400 | illegal_argument | group member u1 doesn't exist | | validation | final |
400 | invalid_parameter | some of [groupid] are not valid fields | | validation | final |
400 | required_property_not_found | Entity user requires a property named username | | validation | final |
400 | duplicate_unique_property_exists | Entity user requires that property named username be unique, value of u1 exists | | validation | final |
400 | | set presence failed | | validation | final |
400 | | ext is too big | | validation | final |
400 | | resource not exist | | validation | final |
400 | | you can't sub yourself | | validation | final |
400 | | too many sub presence | | validation | final |
400 | | too many get presences | | validation | final |
400 | | too many unsub presences | | validation | final |
400 | | too many queries | | validation | final |
403 | forbidden_op | can not join this group, reason:user: u1 already in group: g1 | | forbidden | final |
403 | forbidden_op | users [u1] are not members of this group! | | forbidden | final |
403 | forbidden_op | user: u1 doesn't exist in group: g1 | | forbidden | final |
403 | forbidden_op | new owner and old owner are the same | | forbidden | final |
403 | forbidden_op | forbidden operation on group owner! | | forbidden | final |
403 | forbidden_op | user u1 has joined too many groups/chatroom! | | quota | final |
403 | forbidden_op | this appKey has create too many groups/chatrooms! | | quota | final |
403 | exceed_limit | Invitee's contact max count | | quota | final |
403 | exceed_limit | Inviter's contact max count | | quota | final |
403 | group_error | thread not open. | | forbidden | final |
400 | service open exception | the app not open presence | | forbidden | final |
400 | service open exception | this appKey not open message roaming | | forbidden | final |
400 | Bad Request | this appKey is not open reaction service! | | forbidden | final |
400 | Bad Request | Bad Request | | validation | final |
403 | FORBIDDEN | acme#shop user metadata service not allow | | forbidden | final |

statuses that no document names
200 | | | | server | doubt |
204 | | | | server | doubt |
301 | | | | server | final |
302 | | | | server | final |
303 | | | | server | lost |
304 | | | | server | final |
307 | | | | server | final |
402 | | | | validation | final |
407 | | | | config | final |
418 | | | | validation | final |
499 | | | | server | doubt |
507 | | | | server | doubt |
522 | | | | server | doubt |
`;

const rows = ROWS.split('\n')
  .filter((line) => line.includes('|'))
  .map((line) => {
    const [status, error, description, code, kind, fate, scope] = line.split('|').map((cell) => cell.trim());
    return {
      status: Number(status),
      error,
      description,
      code: Number(code),
      kind,
      fate,
      scope: scope || undefined,
    };
  });

describe('the catalogue of responses', () => {
  it.each(rows)(
    '$status $error "$description" is $kind, $fate',
    ({ status, error: word, description, code, ...row }) => {
      const envelope = {
        ...(word && { error: word, exception: 'SomeException' }),
        ...(description && { error_description: description }),
        ...(code && { error_code: code }),
        timestamp: 1735689600000,
        duration: 0,
      };
      const body = word || description ? JSON.stringify(envelope) : '';

      const { error, scope } = classifyResponse(
        { status, headers: {}, body },
        { what: 'POST /x', redact: (text) => text, attempts: 1 },
      );

      expect(error).toMatchObject({ status, kind: row.kind, ...FATES[row.fate as keyof typeof FATES] });
      expect(scope).toBe(row.scope);
    },
  );

  const decisive = new Set(
    rows.map(({ status, error = '', description = '', code }) =>
      lookUpResponse({ status, error, description, errorCode: code }),
    ),
  );
  const rules = Object.entries(RESPONSE_RULES).flatMap(([status, those]) =>
    those.map((rule) => ({ status, rule })),
  );
  it.each(rules)('has a row that is decided by the rule $rule of $status', ({ rule }) => {
    expect(decisive).toContain(rule);
  });
});
