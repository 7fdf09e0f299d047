namespace LocalHost.Sandbox.Zendesk;

/// <summary>What all routes of the CRM share: the agent's credentials, and answers in Zendesk's words.</summary>
internal sealed class ZendeskGate(CrmAccount account, RequestGate gate)
{
    public Task<IResult> Answer(HttpContext http, string operation, Func<IResult> act) =>
        gate.Answer(http, SandboxSystem.Crm, operation, () => IsAgent(http.Request)
            ? act()
            : new Refusal(401, "wrong or missing credentials", new { error = "Couldn't authenticate you" }, SandboxJson.Snake));

    public static IResult Json(object body) => Results.Json(body, SandboxJson.Snake);

    public static Refusal NotFound() => Refuse(404, "no such ticket", "RecordNotFound", "Not found");

    public static Refusal Invalid(string reason, string description, string field = "base") => new(
        422,
        reason,
        new
        {
            error = "RecordInvalid",
            description = "Record validation errors",
            details = new Dictionary<string, object> { [field] = new[] { new { description } } },
        },
        SandboxJson.Snake);

    public static Refusal Refuse(int status, string reason, string error, string description) =>
        new(status, reason, new { error, description }, SandboxJson.Snake);

    public static string BaseUrl(HttpContext http) => $"{http.Request.Scheme}://{http.Request.Host}/zendesk";

    /// <summary>Basic credentials of an API token are <c>{email}/token:{token}</c>.</summary>
    private bool IsAgent(HttpRequest request)
    {
        var expected = "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{account.Email}/token:{account.ApiToken}"));
        return CryptographicOperations.FixedTimeEquals(
            Encoding.UTF8.GetBytes(request.Headers.Authorization.ToString()), Encoding.UTF8.GetBytes(expected));
    }
}
