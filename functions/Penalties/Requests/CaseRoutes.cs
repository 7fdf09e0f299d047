using Microsoft.AspNetCore.Mvc;
using Microsoft.DurableTask.Client;
using Penalties.Rules;

namespace Penalties.Requests;

/// <summary>What routes that change one case share: 200 with its state, 404 without such a case, 409 for a change its state does not allow.</summary>
public sealed class CaseRoutes(CaseStore cases, CaseStarter starter)
{
    /// <param name="decide">Pure: what happens to the case as it stands; nothing where it is known already.</param>
    /// <param name="delivery">Key by which a request sent again is recognised; it then changes nothing more.</param>
    /// <param name="answer">The body of the 200.</param>
    public async Task<IActionResult> Change(
        DurableTaskClient durable,
        string id,
        string by,
        Func<PenaltyCase, IEnumerable<CaseEvent>> decide,
        Func<PenaltyCase, object> answer,
        CancellationToken cancellation,
        string? delivery = null)
    {
        var change = await cases.Change(id, by, decide, cancellation, delivery);
        if (change.Case is not { } current)
        {
            return NotFound(id);
        }

        // Knocked at whatever came of it: a request sent again makes up for a knock that was lost with the first one's host.
        await starter.StartAndKnock(durable, current, cancellation);
        return change.Refusal is { } refusal ? Refused(refusal) : new OkObjectResult(answer(current));
    }

    public static object State(PenaltyCase current) => new { id = current.Id, state = current.State.ToString() };

    public static IActionResult NotFound(string id) =>
        Problem.Result(404, "unknown_case", $"There is no case '{(id.Length <= 40 ? id : id[..40])}'.");

    private static ObjectResult Refused(Refusal refusal) => Problem.Result(409, Code(refusal.Kind), refusal.ToString());

    private static string Code(RefusalKind kind) => kind switch
    {
        RefusalKind.AlreadyInTargetState => "already_in_target_state",
        RefusalKind.InvalidTransition => "invalid_transition",
    };
}
