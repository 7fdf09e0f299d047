using Microsoft.AspNetCore.Mvc;
using Microsoft.DurableTask.Client;
using Penalties.Rules;

namespace Penalties.Requests;

/// <summary>What routes that change one case share: 200 with its state, 404 without such a case, 409 for a change its state does not allow.</summary>
internal static class CaseRoutes
{
    public static async Task<IActionResult> Change(
        CaseStore cases, CaseStarter starter, DurableTaskClient durable, string id, string by, CaseEvent happened, CancellationToken cancellation)
    {
        var change = await cases.Change(id, by, _ => [happened], cancellation);
        if (change.Case is not { } current)
        {
            return NotFound(id);
        }

        if (change.Refusal is { } refusal)
        {
            return Refused(refusal);
        }

        await starter.StartAndKnock(durable, current, cancellation);
        return new OkObjectResult(new { id = current.Id, state = current.State.ToString() });
    }

    public static IActionResult NotFound(string id) =>
        Problem.Result(404, "unknown_case", $"There is no case '{(id.Length <= 40 ? id : id[..40])}'.");

    public static IActionResult Refused(Refusal refusal) => Problem.Result(409, Code(refusal.Kind), refusal.ToString());

    private static string Code(RefusalKind kind) => kind switch
    {
        RefusalKind.AlreadyInTargetState => "already_in_target_state",
        RefusalKind.InvalidTransition => "invalid_transition",
    };
}
