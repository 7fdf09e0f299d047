namespace Penalties;

/// <summary>Errors a caller can cause: application/problem+json with a stable <c>code</c>.</summary>
internal static class Problem
{
    public const string MediaType = "application/problem+json";

    public static ObjectResult Result(int status, string code, string detail, IEnumerable<string>? problems = null)
    {
        var body = new ProblemDetails { Status = status, Title = code.Replace('_', ' '), Detail = detail, Extensions = { ["code"] = code } };
        if (problems is not null)
        {
            body.Extensions["problems"] = problems;
        }

        return new(body) { StatusCode = status, ContentTypes = { MediaType } };
    }
}
