using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Azure.Data.Tables;
using Model.Tests.Twins;
using Penalties;
using Penalties.Cases;
using Penalties.Intake;
using Penalties.Outside.Sms;
using Penalties.Rules;

namespace Model.Tests.Fuzz;

/// <summary>Looks at everything that webhooks left behind: it is valid, and what is personal stands among the contacts and nowhere else.</summary>
internal sealed partial class StoredRows(WebhookDesk desk, IReadOnlySet<string> excused)
{
    private readonly HashSet<string> _claimed = [];

    public void Look()
    {
        var cases = desk.Tables.Rows(CaseStore.Table).GroupBy(row => row.PartitionKey).Select(Case).ToDictionary(one => one.Id);
        foreach (var row in desk.Tables.Rows(ContactStore.Table))
        {
            LookAtContact(row, cases);
        }

        foreach (var unclaimed in cases.Values.Where(one => !_claimed.Contains(one.Complaint.MatchKey)))
        {
            throw Broken("a case's complaint is claimed by nobody", unclaimed.Id);
        }

        var bodies = desk.Tables.Rows(ContactStore.Table, ContactStore.Rejected).Select(row => row.RowKey).ToHashSet();
        foreach (var row in desk.Tables.Rows(RefusedDeliveries.Table))
        {
            LookAtRefusal(row, bodies);
        }

        foreach (var table in AppTables.Names)
        {
            LookForTraces(table);
        }

        foreach (var started in desk.Durable.Started)
        {
            Require(InstanceId().IsMatch(started.InstanceId), "an instance's id is of another form", started.InstanceId);
            LookForTrace($"the input of an orchestration ({started.Orchestrator})", JsonSerializer.Serialize(started.Input));
        }

        foreach (var (instance, name, payload) in desk.Durable.Knocks)
        {
            LookForTrace("a knock", $"{instance} {name} {JsonSerializer.Serialize(payload)}");
        }

        foreach (var line in desk.Logs.All)
        {
            LookForTrace("a line of the log", line);
        }
    }

    private static PenaltyCase Case(IGrouping<string, TableEntity> rows)
    {
        Require(CaseId.IsWellFormed(rows.Key), "a case's id is not well formed", rows.Key);
        try
        {
            return Replayed(rows);
        }
        catch (Exception unreadable) when (unreadable is JsonException or InvalidDataException)
        {
            throw Broken("a case cannot be read", $"{rows.Key} {unreadable}");
        }
    }

    private static PenaltyCase Replayed(IGrouping<string, TableEntity> rows)
    {
        var current = EntityMap.To<CaseRow>(rows.SingleOrDefault(row => row.RowKey == CaseRow.KeyOf(rows.Key)) ?? throw Broken("a case has no row", rows.Key)).ToCase();
        var log = rows.SelectMany(row => EntityMap.To<LogRow>(row).ToEntries()).ToList();
        Require(log.Select(entry => entry.Seq).SequenceEqual(Enumerable.Range(1, log.Count).Select(seq => (long)seq)), "a log has gaps", rows.Key);
        var replayed = Transitions.Replay(log.Select(entry => (entry.Event, entry.At)));
        Require(
            JsonSerializer.Serialize(replayed, CaseJson.Options) == JsonSerializer.Serialize(current, CaseJson.Options), "a case is not what its log tells", rows.Key);
        Require(rows.All(row => CaseRowKey().IsMatch(row.RowKey)), "a row of a case has another key", string.Join(' ', rows.Select(row => row.RowKey)));
        LookAtComplaint(current);
        return current;
    }

    private static void LookAtComplaint(PenaltyCase current)
    {
        var complaint = current.Complaint;
        var problems = new List<string>();
        Holds(Enumerable.Range(1, 9).Any(ride => CaseId.Of(complaint.Account, complaint.Ticket, CaseKind.Penalty, ride) == current.Id), "id");
        Holds(complaint.Kind is CaseKind.Penalty, "kind");
        Holds(Envelope.Sources.ContainsKey(complaint.Source), "source");
        Holds(IdPattern().IsMatch(complaint.Account), "account");
        Holds(TicketPattern().IsMatch(complaint.Ticket), "ticket");
        Holds(IdPattern().IsMatch(complaint.RideKey), "ride");
        Holds(IdPattern().IsMatch(complaint.DriverId), "driver");
        Holds(Hash().IsMatch(complaint.CustomerKey) && Hash().IsMatch(complaint.MatchKey), "keys");
        Holds(
            Enum.IsDefined(complaint.Channel) && Enum.IsDefined(complaint.CallType) && Enum.IsDefined(complaint.Violation) && Enum.IsDefined(complaint.Centre)
            && complaint.Verification is Verification.Caller or Verification.AccountHolder or Verification.SignedInAccount, "terms");
        Holds(!(complaint is { Channel: Channel.Phone, Verification: Verification.SignedInAccount }), "verification");

        var (first, last) = (Centre.Start.AddHours(-24), current.ChangedAt);
        Holds(complaint.ComplainedAt is { } complained && complained >= first && complained <= last, "complained at");
        Holds(complaint.RideToldAt is null || (complaint.RideToldAt >= first && complaint.RideToldAt <= last), "ride told at");
        Holds(complaint.RideDate.Year is >= 2000 and <= 2100 && complaint.RideDate <= Korea.DateOf(TimeProvider.System.GetUtcNow()), "ride's date");
        Holds(current.PromisedAt is null || (current.PromisedAt >= first && current.PromisedAt <= last), "promised at");
        Holds(current is { FeedbackStage: >= 0 and <= 3, CompensationStage: >= 0 and <= 2 }, "stages");
        Require(problems.Count == 0, $"a case is stored with a wrong {string.Join(", ", problems)}", JsonSerializer.Serialize(current, CaseJson.Options));

        void Holds(bool holds, string what) => problems.AddRange(holds ? [] : [what]);
    }

    private void LookAtContact(TableEntity row, Dictionary<string, PenaltyCase> cases)
    {
        switch (row.RowKey)
        {
            case var key when key == $"customer|{row.PartitionKey}":
                Require(Hash().IsMatch(row.PartitionKey), "a claim stands under another key", row.PartitionKey);
                Require(
                    cases.TryGetValue(row.GetString("CaseId") ?? "", out var owner) && owner.Complaint.MatchKey == row.PartitionKey,
                    "a complaint is claimed by another's case", row.PartitionKey);
                _claimed.Add(row.PartitionKey);
                Require(IdPattern().IsMatch(row.GetString("CustomerId")), "a customer's id is not well formed", row.GetString("CustomerId"));
                Require(PhoneNumber.Parse(row.GetString("Phone")) == row.GetString("Phone"), "a customer's number is none", row.GetString("Phone"));
                Require(
                    Fits("Name", 100) && Fits("RideOrigin", 300) && Fits("RideDestination", 300) && Fits("Text", 10_000),
                    "a customer's text is too long", row.PartitionKey);
                break;
            case var key when row.PartitionKey == ContactStore.Rejected:
                Require(Hash().IsMatch(key) && row.GetBinary("Body").Length <= BoundedBody.MaxBytes, "a rejected body is too long", key);
                break;
            case var key:
                Require(
                    ConsentKey().IsMatch(key) && CaseId.IsWellFormed(row.PartitionKey, CaseKind.Callback),
                    "something else stands among the contacts", $"{row.PartitionKey} {key}");
                Require(PhoneNumber.ParseAny(row.GetString("Number")) == row.GetString("Number"), "an agreed number is none", row.GetString("Number"));
                break;
        }

        bool Fits(string cell, int most) => row.GetString(cell) is null or { Length: > 0 } && (row.GetString(cell)?.Length ?? 0) <= most;
    }

    private static void LookAtRefusal(TableEntity row, HashSet<string> bodies)
    {
        Require(
            Envelope.Sources.ContainsKey(row.PartitionKey) && Hash().IsMatch(row.RowKey), "a refusal stands under another key", $"{row.PartitionKey} {row.RowKey}");
        Require(row.GetString("Kind") is "rejected" or "not-verified", "a refusal is of another kind", row.GetString("Kind"));
        Require(row.GetString("Ticket") is not { } ticket || TicketPattern().IsMatch(ticket), "a refusal is about no ticket", row.RowKey);
        var problems = JsonSerializer.Deserialize<List<string>>(row.GetString("Problems"), CaseJson.Options)!;
        var isRejected = row.GetString("Kind") == "rejected";
        Require(problems.Count > 0 == isRejected, "a refusal does not say why", row.RowKey);
        Require(bodies.Contains(row.RowKey) == isRejected, "of a refusal something else is kept than its rejected body", row.RowKey);
    }

    private void LookForTraces(string table)
    {
        foreach (var row in desk.Tables.Rows(table))
        {
            // Of a contact's row the cells are what may be personal; its keys may be shown.
            var texts = table == ContactStore.Table ? [row.PartitionKey, row.RowKey] : row.Select(cell => Text(cell.Value));
            foreach (var text in texts)
            {
                LookForTrace($"a row of {table}", text);
            }
        }
    }

    private void LookForTrace(string where, string text)
    {
        if (Traces.In(text, excused) is { } trace)
        {
            throw Broken($"{where} holds what is personal", $"{trace}: {text}");
        }
    }

    /// <summary>A random Guid may look like a phone number, and holds none.</summary>
    private static string Text(object? value) => value switch
    {
        string text => text,
        byte[] bytes => Encoding.UTF8.GetString(bytes),
        _ => "",
    };

    private static void Require(bool holds, string what, string detail)
    {
        if (!holds)
        {
            throw Broken(what, detail);
        }
    }

    private static BrokenPromiseException Broken(string what, string detail) => new(what, null, detail);

    [GeneratedRegex(@"^[A-Za-z0-9._@:-]{1,64}\z")]
    private static partial Regex IdPattern();

    [GeneratedRegex(@"^[A-Za-z0-9]{1,40}\z")]
    private static partial Regex TicketPattern();

    [GeneratedRegex(@"^[0-9a-f]{32}\z")]
    private static partial Regex Hash();

    [GeneratedRegex(@"^(case\|pr-[0-9a-z]{16}|log\|[0-9]{8}\|pr-[0-9a-z]{16})\z")]
    private static partial Regex CaseRowKey();

    [GeneratedRegex(@"^consent\|[0-9]{19}\|[0-9a-f]{16}\z")]
    private static partial Regex ConsentKey();

    [GeneratedRegex(@"^(pr-[0-9a-z]{16}|(note|ticket)-[0-9a-f]{32})\z")]
    private static partial Regex InstanceId();
}
