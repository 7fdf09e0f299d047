using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Penalties.Rules;

namespace Penalties.Requests;

/// <summary><c>GET /api/penalty-requests?state=&amp;due=yyyy-MM-dd&amp;size=&amp;continuation=</c>: a page of cases. 400 names what is allowed.</summary>
public sealed class ListPenaltyRequests(CaseIndex index)
{
    private const int MaxSize = 200;

    [Function(nameof(ListPenaltyRequests))]
    public async Task<IActionResult> Run(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "penalty-requests")] HttpRequest request, CancellationToken cancellation)
    {
        var problems = new List<string>();
        CaseState? state = null;
        if (Text(request, "state") is { } stateText)
        {
            // By name only: the parser itself also takes numbers and lists.
            state = Enum.GetValues<CaseState>().Cast<CaseState?>().FirstOrDefault(one => one.ToString()!.Equals(stateText, StringComparison.OrdinalIgnoreCase));
            problems.AddRange(state is null ? [$"state: allowed: {string.Join(", ", Enum.GetNames<CaseState>())}."] : []);
        }

        DateOnly? due = null;
        if (Text(request, "due") is { } dueText)
        {
            due = DateOnly.TryParseExact(dueText, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var parsed) ? parsed : null;
            problems.AddRange(due is null ? ["due: a KST date such as 2026-09-21 is required."] : []);
        }

        var size = 50;
        if (Text(request, "size") is { } sizeText
            && (!int.TryParse(sizeText, NumberStyles.None, CultureInfo.InvariantCulture, out size) || size is < 1 or > MaxSize))
        {
            problems.Add($"size: allowed: 1 to {MaxSize}.");
        }

        return problems.Count > 0
            ? RequestForm.Invalid(problems)
            : new OkObjectResult(await index.List(state, due, size, Text(request, "continuation"), cancellation));
    }

    private static string? Text(HttpRequest request, string name) => request.Query[name].ToString() is { Length: > 0 } text ? text : null;
}
