/** The fields of an error response. */
export interface RefusalFields {
  readonly error: string;
  readonly exception: string;
  readonly error_description: string;
  readonly error_code?: number;
}

/**
 * Thrown by a route to respond with an error. Without fields the response has no body.
 *
 * @see {@link https://doc.easemob.com/document/server-side/error.html}
 */
export class Refusal extends Error {
  override readonly name = 'Refusal' as const;

  constructor(
    readonly status: number,
    readonly fields?: RefusalFields,
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(fields?.error_description ?? `HTTP ${status}`);
  }
}

function refuse(status: number, error: string, exception: string, error_description: string): Refusal {
  return new Refusal(status, { error, exception, error_description });
}

export function illegalArgument(description: string): Refusal {
  return refuse(400, 'illegal_argument', 'java.lang.IllegalArgumentException', description);
}

export function jsonParse(description: string): Refusal {
  return refuse(400, 'json_parse', 'org.codehaus.jackson.JsonParseException', description);
}

export function invalidRequestBody(): Refusal {
  const description = 'Request body is invalid. Please check body is correct.';
  return refuse(400, 'invalid_request_body', 'InvalidRequestBodyException', description);
}

export function messageSendError(description: string, errorCode?: number): Refusal {
  return new Refusal(400, {
    error: 'message_send_error',
    exception: 'MessageSendException',
    ...(errorCode === undefined ? {} : { error_code: errorCode }),
    error_description: description,
  });
}

export function invalidGrant(description: string, status = 400): Refusal {
  const exception = 'org.apache.amber.oauth2.common.exception.OAuthProblemException';
  return refuse(status, 'invalid_grant', exception, description);
}

export function unauthorized(description: string): Refusal {
  return refuse(401, 'unauthorized', 'EasemobSecurityException', description);
}

export function corruptToken(): Refusal {
  const exception = 'org.apache.usergrid.rest.exceptions.SecurityException';
  const description = 'Unable to authenticate due to corrupt access token';
  return refuse(401, 'auth_bad_access_token', exception, description);
}

/** A token of the right form that another server issued. */
export function foreignToken(): Refusal {
  const exception = 'org.apache.usergrid.rest.exceptions.SecurityException';
  return refuse(401, 'auth_bad_access_token', exception, 'Unable to authenticate');
}

export function messageVolumeReached(): Refusal {
  return refuse(403, 'message_send_error', 'MessageSendException', 'message send reach limit');
}

export function forbidden(description: string): Refusal {
  return refuse(403, 'forbidden_op', 'com.easemob.exception.ForbiddenOpException', description);
}

export function applicationNotFound(app: string, uri: string): Refusal {
  return refuse(
    404,
    'organization_application_not_found',
    'org.apache.usergrid.rest.exceptions.OrganizationApplicationNotFoundException',
    `Could not find application for ${app} from URI: ${uri}`,
  );
}

/** The user that the path names does not exist. */
export function resourceNotFound(): Refusal {
  const exception = 'org.apache.usergrid.services.exceptions.ServiceResourceNotFoundException';
  return refuse(404, 'service_resource_not_found', exception, 'Service resource not found');
}

/** The URL is none of the API's. */
export function noSuchPath(): Refusal {
  return new Refusal(500, webApplication('javax.ws.rs.WebApplicationException'));
}

export function fileNotFound(): Refusal {
  const exception = 'org.apache.usergrid.persistence.exceptions.EntityNotFoundException';
  return refuse(404, 'entity_not_found', exception, 'file may not exists');
}

export function fileExpired(uuid: string): Refusal {
  return refuse(404, 'file_expired', 'FileExpiredException', `file ${uuid} is expired`);
}

export function methodNotAllowed(allow: string): Refusal {
  const fields = webApplication('Method Not Allowed');
  return new Refusal(405, fields, { allow });
}

export function concurrentOperation(): Refusal {
  const description = 'concurrency create app user failed';
  return refuse(409, 'concurrent_operation_error', 'ConcurrentOperationException', description);
}

/** A send request that is too large: documented as 413 without a body. */
export function requestTooLarge(): Refusal {
  return new Refusal(413);
}

export function fileTooLarge(): Refusal {
  const description = 'the file size exceeds the maximum limit.';
  return refuse(413, 'file exceeding maximum limit', 'FileSizeLimitException', description);
}

export function unsupportedMediaType(): Refusal {
  return new Refusal(415, webApplication('Unsupported Media Type'));
}

export function callRateReached(): Refusal {
  return refuse(429, 'reach_limit', 'ReachLimitException', 'This request has reached api limit');
}

export function duplicateUser(username: string): Refusal {
  return refuse(
    400,
    'duplicate_unique_property_exists',
    'org.apache.usergrid.persistence.exceptions.DuplicateUniquePropertyExistsException',
    `Entity user requires that property named username be unique, value of ${username} exists`,
  );
}

/** The response to a request that the emulator itself could not process. */
export function emulatorFailed(error: unknown): Refusal {
  const exception = error instanceof Error ? error.name : 'Error';
  const reason = error instanceof Error ? error.message : 'an unknown error';
  return refuse(500, 'internal_error', exception, `The emulator failed: ${reason}`);
}

function webApplication(error_description: string): RefusalFields {
  return { error: 'web_application', exception: 'javax.ws.rs.WebApplicationException', error_description };
}
