using System.Text.Json;
using System.Text.Json.Nodes;
using Penalties.Cases;
using Penalties.Desk;
using Penalties.Requests;
using Penalties.Rules;
using Rules.Tests;

namespace Penalties.Tests;

/// <summary>Every kind of event there is, as it stands in the timeline of somebody who is not told what was decided about the driver.</summary>
public sealed class TimelineForAgentsTests
{
    private const string Decider = "lead-3";

    /// <summary>One of each kind, for each outcome it can hold, decided by one person.</summary>
    public static IReadOnlyList<CaseEvent> Events =>
    [
        .. JsonNode.Parse(File.ReadAllText(Path.Combine(Repository.Root, "tests", "Rules", "Stored", "events.json")))!.AsArray().SelectMany(Variants),
    ];

    [Fact]
    public void No_outcome_and_nobody_who_decided_it_stands_in_any_line()
    {
        var told = 0;
        foreach (var happened in Events)
        {
            var entry = new LogEntry(1, default, happened is IDecidedAboutDriver decided ? decided.Person : "manager-2", "test", happened);
            var (whole, without) = (TimelineEntry.Of(entry, seesOutcomes: true), TimelineEntry.Of(entry, seesOutcomes: false));

            Assert.DoesNotContain(Decider, $"{without.By} {without.What} {without.ForCustomer}", StringComparison.Ordinal);
            Assert.DoesNotContain(OutcomeTerms.Names, name => without.What.Contains(name, StringComparison.Ordinal));
            Assert.Equal(happened is IDecidedAboutDriver ? null : entry.By, without.By);
            Assert.Equal(entry.By, whole.By);
            told += OutcomeTerms.Names.Any(name => whole.What.Contains(name, StringComparison.Ordinal)) ? 1 : 0;
        }

        Assert.Equal(3 * OutcomeTerms.Names.Count, told);
    }

    /// <summary>Who adds an event that holds an outcome says by its type that not everybody is told.</summary>
    [Fact]
    public void An_event_that_holds_an_outcome_is_one_that_somebody_decided_about_the_driver() => Assert.All(
        typeof(CaseEvent).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(CaseEvent)) && type.GetProperties().Any(member => member.PropertyType == typeof(OutcomeKind))),
        type => Assert.True(type.IsAssignableTo(typeof(IDecidedAboutDriver)), type.Name));

    [Fact]
    public void A_reason_that_follows_from_some_outcomes_only_is_worded_without_them()
    {
        Assert.Equal([HandoverReason.OutcomeProvesNothing], Enum.GetValues<HandoverReason>().Where(reason => reason.TellsOutcome()));
        var entry = new LogEntry(1, default, Actor.System, nameof(HandToManager), new HandedToManager(HandoverReason.OutcomeProvesNothing));
        Assert.Contains("조치 결과로는", TimelineEntry.Of(entry, seesOutcomes: true).What, StringComparison.Ordinal);
        Assert.DoesNotContain("조치 결과", TimelineEntry.Of(entry, seesOutcomes: false).What, StringComparison.Ordinal);
    }

    private static IEnumerable<CaseEvent> Variants(JsonNode? stored)
    {
        string[] kinds = Enum.TryParse<OutcomeKind>($"{stored!["Kind"]}", out _) ? Enum.GetNames<OutcomeKind>() : [""];
        foreach (var kind in kinds)
        {
            var one = stored.DeepClone().AsObject();
            if (kind.Length > 0)
            {
                (one["Kind"], one["DecidedBy"]) = (kind, Decider);
            }

            yield return one.Deserialize<CaseEvent>(CaseJson.Options)!;
        }
    }
}
