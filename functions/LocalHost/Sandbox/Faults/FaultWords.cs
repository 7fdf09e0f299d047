using LocalHost.Sandbox.Nhn;

namespace LocalHost.Sandbox.Faults;

/// <summary>A fault speaks the language of the system it plays: its error format, and its word for the status.</summary>
internal static class FaultWords
{
    public static Refusal Refusal(Fault fault, string operation)
    {
        var status = fault.Status!.Value;
        var reason = $"fault {fault.When.ToString().ToLowerInvariant()} the effect";
        var contentType = fault.System == SandboxSystem.DriverAdmin ? "application/problem+json" : "application/json";
        return new(status, reason, Body(fault.System, status, operation), SandboxJson.Camel, contentType)
        {
            RetryAfterSeconds = fault.RetryAfterSeconds,
        };
    }

    private static object Body(SandboxSystem system, int status, string operation) => system switch
    {
        SandboxSystem.Crm => Crm(status),
        SandboxSystem.Board => new { error = Board(status) },
        SandboxSystem.DriverAdmin => new { type = "about:blank", title = "Ordered to fail", status, code = DriverAdmin(status, operation) },
        SandboxSystem.Sms when operation is SandboxOperations.NhnSend or SandboxOperations.NhnList => new { header = NhnCodes.Header(NhnCodes.Fault) },
        SandboxSystem.Sms => new { errorCode = Sms(status), errorMessage = "ordered to fail" },
    };

    private static object Crm(int status) => status switch
    {
        401 => new { error = "Couldn't authenticate you" },
        403 => new { error = "Forbidden", description = "You do not have access to this page" },
        404 => new { error = "RecordNotFound", description = "Not found" },
        409 => new { error = "UpdateConflict", description = "The ticket was changed since updated_stamp" },
        422 => new { error = "RecordInvalid", description = "Record validation errors" },
        429 => new { error = "APIRateLimitExceeded", description = "Number of allowed API requests per minute exceeded" },
        _ => new { error = "ServiceUnavailable", description = "the service is not available at the moment" },
    };

    private static string Board(int status) => status switch
    {
        401 => "invalid_authorization_header",
        403 => "not_in_conversation",
        404 => "not_found",
        429 => "too_many_requests",
        _ => "unavailable",
    };

    private static string DriverAdmin(int status, string operation) => status switch
    {
        400 => "invalid_request",
        401 => "unauthorized",
        404 => operation == SandboxOperations.MutualBlock ? "driver_not_found" : "block_not_found",
        409 => "key_reused",
        422 => "refused",
        429 => "too_many_requests",
        _ => "unavailable",
    };

    private static string Sms(int status) => status switch
    {
        401 => "Unauthorized",
        404 => "ResourceNotFound",
        429 => "TooManyRequests",
        _ => "InternalError",
    };
}
