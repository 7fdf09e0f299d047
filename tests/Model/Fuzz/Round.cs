using Microsoft.AspNetCore.Mvc;
using Penalties;
using Penalties.Intake;
using Penalties.Intake.Sources;

namespace Model.Tests.Fuzz;

/// <summary>Throws webhooks at one desk, one after the other, and looks at each answer and at what is stored in the end.</summary>
internal sealed class Round
{
    private static readonly TimeSpan Between = TimeSpan.FromSeconds(30);

    /// <summary>Of the ids of a complaint, all but the customer's, which is personal.</summary>
    private static readonly string[] OtherIds = ["account", "ticket", "ride_id", "driver_id", "agent", "case_id"];

    private readonly WebhookDesk _desk = new();
    private readonly Dictionary<string, int> _outcomes = [];
    private readonly HashSet<string> _excused = [];
    private string _before = "";

    /// <returns>How often which outcome was answered.</returns>
    /// <exception cref="BrokenPromiseException">Something is not as it has to be.</exception>
    public static async Task<IReadOnlyDictionary<string, int>> Play(IEnumerable<FuzzedWebhook> webhooks)
    {
        var round = new Round();
        foreach (var webhook in webhooks)
        {
            round._desk.Clock.Advance(Between);
            await round.Throw(webhook);
        }

        new StoredRows(round._desk, round._excused).Look();
        return round._outcomes;
    }

    private async Task Throw(FuzzedWebhook webhook)
    {
        Excuse(webhook);
        var rows = webhook.IsRepeatedAtOnce ? _desk.Rows : 0;
        var answer = await Unbroken(webhook, () => _desk.Receive(webhook));
        var outcome = answer.Value is ReceivedView view ? view.Status : $"{answer.Status}";
        Look(webhook, answer);
        if (webhook.IsRepeatedAtOnce && _before.Length > 0)
        {
            LookAtRepetition(webhook, outcome, rows);
        }

        Count(outcome);
        if (answer.Value is ReceivedView received)
        {
            await LookAtDelivery(webhook, received, webhook.Delivery);
        }

        if (outcome == TicketFetch.Fetching)
        {
            var ticket = (TicketToFetch)_desk.Durable.Last!.Input!;
            var fetched = await Unbroken(webhook, () => _desk.Fetch(ticket, webhook.Told));
            await LookAtDelivery(webhook, fetched, ticket.Delivery);
            Count($"fetched, {fetched.Status}");
        }

        _before = outcome;
    }

    /// <summary>What was taken is kept with the case: had the case refused it, it would be lost, and its sender told otherwise.</summary>
    private async Task LookAtDelivery(FuzzedWebhook webhook, ReceivedView received, Delivery delivery)
    {
        if (received.Id is { } id && !await _desk.Knows(id, delivery))
        {
            throw new BrokenPromiseException("a delivery was taken and is lost", webhook.Number, $"{received.Status} {id}");
        }
    }

    private static async Task<T> Unbroken<T>(FuzzedWebhook webhook, Func<Task<T>> act)
    {
        try
        {
            return await act();
        }
        catch (Exception fault)
        {
            throw new BrokenPromiseException($"a fault left the app: {fault.GetType().Name}", webhook.Number, fault.ToString());
        }
    }

    private static void Look(FuzzedWebhook webhook, Answer answer)
    {
        if (webhook.ExpectedStatus is { } expected ? answer.Status != expected : answer.Status is not (200 or 202))
        {
            var wanted = webhook.ExpectedStatus is { } one ? $"{one}" : "200 or 202";
            throw new BrokenPromiseException($"the status is not {wanted}", webhook.Number, $"{answer.Status} {answer.Told}");
        }

        var isProblem = answer.ContentTypes is [Problem.MediaType] && answer.Value is ProblemDetails problem && problem.Extensions["code"] is string;
        if (isProblem != answer.Status >= 400)
        {
            throw new BrokenPromiseException("a refusal is no problem with a code", webhook.Number, answer.Told);
        }

        if (Traces.In(answer.Told) is { } trace)
        {
            throw new BrokenPromiseException("the answer repeats what is personal", webhook.Number, $"{trace}: {answer.Told}");
        }
    }

    /// <summary>The very same request at once is recognised, and leaves everything as it is.</summary>
    private void LookAtRepetition(FuzzedWebhook webhook, string outcome, int rows)
    {
        var isTaken = _before is CaseIntake.Filed or CaseIntake.Updated or CaseIntake.Linked or TicketFetch.Fetching;
        if (outcome != (isTaken ? CaseIntake.Duplicate : _before) || _desk.Rows != rows)
        {
            throw new BrokenPromiseException(
                "a repetition changes something", webhook.Number, $"first {_before}, then {outcome}; rows before {rows}, after {_desk.Rows}");
        }
    }

    private void Excuse(FuzzedWebhook webhook)
    {
        var form = ComplaintForm.Parse(webhook.Body).Form;
        _excused.UnionWith(Traces.CustomerIds(string.Join(' ', form?.Account, form?.Ticket, form?.RideId, form?.DriverId, form?.Agent, form?.CaseId)));
        _excused.UnionWith(Traces.CustomerIds(string.Join(' ', webhook.Told.Where(member => OtherIds.Contains(member.Name)).Select(member => member.Text))));
    }

    private void Count(string outcome) => _outcomes[outcome] = _outcomes.GetValueOrDefault(outcome) + 1;
}
