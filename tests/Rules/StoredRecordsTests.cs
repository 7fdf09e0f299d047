using System.Text.Json;
using System.Text.Json.Nodes;
using Penalties.Cases;
using Penalties.Requests;
using Penalties.Rules;

namespace Rules.Tests;

/// <summary>
/// What cases have stored is read for years: every word of the committed files has to come back from the types of today. Types may grow; a member
/// that is renamed, or changes what it holds, breaks a file here. RECORD_STORED=1 writes the files anew.
/// </summary>
public sealed class StoredRecordsTests
{
    private static readonly JsonSerializerOptions Indented = new(CaseJson.Options) { WriteIndented = true };

    private static readonly PenaltyCase Lived = A.Case(A.Complaint with { MatchKey = "match-1", ComplainedAt = A.Friday }).After(
        new BlockAgreed(), new FeedbackPromised(A.Friday, "feedback-3@1"), new BoardPostStarted(), new BoardPosted("17"), new BlockRequested(1),
        new BlockConfirmed(A.Friday, 1), new TicketLinked("kmob", "4712"), new ReContacted(AskedWhen: true, "re-contact-asked-when@1"), new CompensationAsked(1, "compensation-1@1"),
        new CallbackWanted(CallbackCause.SupervisorAsked), new CallbackFiled("cb-1"), new OutcomePending(), new OutcomeConcluded(OutcomeKind.Warning, "lead-3", A.Friday),
        new StatementReceived("manager-1", "text|1"), new AppealFiled("manager-1", "text|2"), new AppealRejected("manager-1", "text|3"),
        new MessageReserved(1, "G1", "feedback@1", 422, new(2026, 9, 18)), new MessageSent(1), new DeliveryChecked(1),
        new ComplaintDiffered("R-2", "D-1", "k", Violation.Other), new HandedToManager(HandoverReason.AnswerTakenOver, "manager-1", "text|4"),
        new ManagerReminded(ReminderKind.Waiting, 1), new ManagerReminded(ReminderKind.Escalated, 1), new ManagerReminded(ReminderKind.AnswerOverdue, 1, new(2026, 9, 21)),
        new UnblockOrdered("manager-1", "text|5"), new UnblockRequested(2), new UnblockFailed("refused", 2), new StepFailed(StepKind.CommentOnBoard));

    public static TheoryData<string> Kinds => [.. StoredKinds()];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Every_event_of_the_logs_comes_back(string kind)
    {
        var stored = Read("events").AsArray().Single(one => (string)one!["$type"]! == kind)!;
        var happened = stored.Deserialize<CaseEvent>(CaseJson.Options)!;
        Holds(JsonSerializer.SerializeToNode(happened, CaseJson.Options)!, stored, kind);
    }

    [Fact]
    public void No_kind_of_event_is_left_out()
    {
        if (Environment.GetEnvironmentVariable("RECORD_STORED") == "1")
        {
            Write("events", RandomSequences.OneOfEach().ToList());
            Write("case", Lived);
        }

        var today = RandomSequences.OneOfEach().Select(one => (string)JsonSerializer.SerializeToNode(one, CaseJson.Options)!["$type"]!);
        Assert.Equal(today.Order(), StoredKinds().Order());
    }

    [Fact]
    public void A_case_comes_back()
    {
        var stored = Read("case");
        Holds(JsonSerializer.SerializeToNode(stored.Deserialize<PenaltyCase>(CaseJson.Options), CaseJson.Options)!, stored, "case");
    }

    [Fact]
    public void Histories_written_under_older_names_are_read()
    {
        Assert.Equal(Claims.Penalty | Claims.Caution, JsonSerializer.Deserialize<Claims>("\"PenaltyAndCaution\""));
        Assert.Equal(Claims.None, JsonSerializer.Deserialize<Claims>("\"Nothing\""));
        Assert.Equal(new CasePolicy(), JsonSerializer.Deserialize<CasePolicy>("{}"));
    }

    private static IEnumerable<string> StoredKinds() => Read("events").AsArray().Select(one => (string)one!["$type"]!);

    /// <summary>Everything the stored text says is in the other.</summary>
    private static void Holds(JsonNode now, JsonNode stored, string where)
    {
        switch (stored)
        {
            case JsonObject members:
                foreach (var (name, value) in members.Where(member => member.Value is not null))
                {
                    Assert.True(now[name] is not null, $"{where}: {name} is gone.");
                    Holds(now[name]!, value!, $"{where}.{name}");
                }

                break;
            case JsonArray items:
                Assert.Equal(items.Count, now.AsArray().Count);
                for (var i = 0; i < items.Count; i++)
                {
                    Holds(now[i]!, items[i]!, $"{where}[{i}]");
                }

                break;
            default:
                Assert.True(JsonNode.DeepEquals(now, stored), $"{where}: {stored} has become {now}.");
                break;
        }
    }

    private static JsonNode Read(string name) => JsonNode.Parse(File.ReadAllText(PathOf(name)))!;

    private static void Write<T>(string name, T value) => File.WriteAllText(PathOf(name), JsonSerializer.Serialize(value, Indented) + "\n");

    private static string PathOf(string name) => Path.Combine(Repository.Root, "tests", "Rules", "Stored", $"{name}.json");
}
