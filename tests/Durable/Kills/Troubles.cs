using Durable.Tests.Twins;
using LocalHost.Durable.Storage;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace Durable.Tests.Kills;

/// <summary>What an engine commits when something is wrong, or large: rewinds, versions that do not fit, instances that are set aside.</summary>
internal static class Troubles
{
    private const int Size = 100_000;

    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);
    private static readonly string Payer = Script.In(0, "payer");
    private static readonly string Debtor = Script.In(1, "debtor");
    private static readonly string Idle = Script.In(1, "idle");
    private static readonly string Keeper = Script.In(0, "keeper");
    private static readonly string Kid = Script.In(1, "kid");
    private static readonly string Guardian = Script.In(0, "guardian");
    private static readonly string Stuck = Script.In(1, "stuck");
    private static readonly string Poor = Script.In(1, "poor");
    private static readonly string Lost = Script.In(1, "lost");
    private static readonly string Caller = Script.In(0, "caller");
    private static readonly string Hearer = Script.In(1, "hearer");
    private static readonly string Heir = Script.In(1, "heir");
    private static readonly string Newer = Script.In(1, "newer");

    public static IReadOnlyList<Script> All { get; } =
    [
        new("rewind", Rewind,
        [
            Step.Start("Payer", Payer),
            Step.Do("terminate the idle child", static host => host.Client.TerminateInstanceAsync(Idle, "enough")),
            Step.Pass(Hour),
            Step.Do("rewind", static host => host.Client.RewindInstanceAsync(Payer, "mended")),
        ]),
        new("large", Large,
        [
            Step.Start("Keeper", Keeper, new Generation(1, Letters.Of(Size, 1))),
            Step.Raise(Keeper, "Word", Letters.Of(Size, 2)),
            Step.Do("raise once more", static host => host.Client.RaiseEventAsync(Keeper, "Word", Letters.Of(Size, 3))),
            Step.Purge(Keeper),
            Step.Purge(Kid),
        ]),
        new("poison", Poison,
        [
            Step.Start("Guardian", Guardian),
            Step.Raise(Poor, "Go", "on"),
            Step.Raise(Lost, "Go", "on"),
            Step.Do("terminate", static host => host.Client.TerminateInstanceAsync(Lost, "enough")),
            PutBack(Poor),
            PutBack(Stuck),
            Step.Raise(Stuck, "Go", "off"),
        ])
        {
            Refuses = static (journal, change) => IsTurn(change, Lost, first: 2)
                || (IsTurn(change, Poor, first: 2) && !journal.HasAsked($"put back {Poor}"))
                || (IsTurn(change, Stuck, first: 1) && !journal.HasAsked($"put back {Stuck}")),
        },
        new("versions", Versions,
        [
            Step.Start("Hearer", Hearer, string.Empty),
            Step.Start("Caller", Caller),
            Step.Deploy("2.0"),
            Step.Raise(Hearer, "Word", "end"),
        ])
        {
            Version = "1.0",
        },
    ];

    private static Step PutBack(string id) => Step.Do($"put back {id}", host => host.Engine.PutBackAsync(id));

    private static bool IsTurn(RowChange change, string id, int first) =>
        change.Kind == RowChangeKind.Insert && change.Row.Key.Split('|') is ["turn", var of, _, var number] && of == id && int.Parse(number) >= first;

    /// <summary>A child in another shard fails after its retries, and with it the parent; another one was ended, and tells it once more.</summary>
    private static void Rewind(DurableTaskRegistry functions, Journal journal) => functions
        .AddActivityFunc<string, string>("Pay", (_, what) => journal.HasAsked("rewind") ? what : throw new InvalidOperationException("The card was refused."))
        .AddOrchestratorFunc("Idle", static context => context.WaitForExternalEvent<string>("Never"))
        .AddOrchestratorFunc("Debtor", static context => context.CallActivityAsync<string>("Pay", "debt", TaskOptions.FromRetryPolicy(new(2, Hour))))
        .AddOrchestratorFunc("Payer", static async context =>
        {
            var idle = AnswerAsync(context, "Idle", Idle);
            var paid = await context.CallSubOrchestratorAsync<string>("Debtor", null, new SubOrchestrationOptions(new TaskOptions(), Debtor));
            return $"{paid} {await context.CallActivityAsync<string>("Pay", "thanks")}, {await idle}";
        });

    /// <summary>Every text is larger than a cell: inputs, results, events, messages, a custom status, what a run leaves to the next.</summary>
    private static void Large(DurableTaskRegistry functions, Journal journal) => functions
        .AddActivityFunc<string, string>("Grow", static (_, seed) => Letters.Of(Size, int.Parse(seed)))
        .AddOrchestratorFunc<string, string>("Kid", static (_, input) => Task.FromResult($"{input}!"))
        .AddOrchestratorFunc<Generation, string>("Keeper", static async (context, input) =>
        {
            context.SetCustomStatus(await context.CallActivityAsync<string>("Grow", $"{input.Number + 10}"));
            var heard = await context.WaitForExternalEvent<string>("Word");
            var told = await context.CallSubOrchestratorAsync<string>("Kid", heard, new SubOrchestrationOptions(new TaskOptions(), Kid));
            if (input.Number == 1)
            {
                context.ContinueAsNew(new Generation(2, told));
            }

            return input.Text + told;
        });

    /// <summary>Children whose turns the store does not take: from the first one on, or from the second on; until it does, or for ever.</summary>
    private static void Poison(DurableTaskRegistry functions, Journal journal) => functions
        .AddActivityFunc<string, string>("Do", static (_, what) => what)
        .AddOrchestratorFunc("Ward", static async context =>
        {
            var go = await context.WaitForExternalEvent<string>("Go");
            return await context.CallActivityAsync<string>("Do", $"{context.InstanceId} {go}");
        })
        .AddOrchestratorFunc("Guardian", static async context =>
            string.Join(", ", await Task.WhenAll(new[] { Stuck, Poor, Lost }.Select(id => AnswerAsync(context, "Ward", id)))));

    /// <summary>
    /// An app of version 1.0 leaves to 2.0: a child of that version; a child that goes on as that version; one that does, having had one event of two.
    /// </summary>
    private static void Versions(DurableTaskRegistry functions, Journal journal) => functions
        .AddActivityFunc<string, string>("Do", static (_, what) => what)
        .AddOrchestratorFunc("Newer", static async context =>
        {
            // Two, so that it is not done in the same moment as the heir.
            await context.CallActivityAsync<string>("Do", "first");
            return await context.CallActivityAsync<string>("Do", $"newer {context.Version}");
        })
        .AddOrchestratorFunc("Heir", static async context =>
        {
            var did = await context.CallActivityAsync<string>("Do", $"heir {context.Version}");
            if (context.Version == "1.0")
            {
                context.ContinueAsNew(new ContinueAsNewOptions { NewVersion = "2.0" });
            }

            return did;
        })
        .AddOrchestratorFunc<string, string>("Hearer", static async (context, heard) =>
        {
            do
            {
                heard = $"{heard} {await context.WaitForExternalEvent<string>("Word")}";
            }
            while (context.Version == "2.0" && !heard.EndsWith("end", StringComparison.Ordinal));
            if (context.Version == "1.0")
            {
                context.ContinueAsNew(new ContinueAsNewOptions { NewInput = heard, NewVersion = "2.0" });
            }

            return heard;
        })
        .AddOrchestratorFunc("Caller", static async context =>
        {
            context.SendEvent(Hearer, "Word", "one");
            context.SendEvent(Hearer, "Word", "two");
            var heir = context.CallSubOrchestratorAsync<string>("Heir", null, new TaskOptions { Version = "1.0" }.WithInstanceId(Heir));
            return $"{await context.CallSubOrchestratorAsync<string>("Newer", null, new TaskOptions { Version = "2.0" }.WithInstanceId(Newer))}, {await heir}";
        });

    private static async Task<string> AnswerAsync(TaskOrchestrationContext context, string name, string id)
    {
        try
        {
            return await context.CallSubOrchestratorAsync<string>(name, null, new SubOrchestrationOptions(new TaskOptions(), id));
        }
        catch (TaskFailedException)
        {
            return $"{id} was ended";
        }
    }

    internal sealed record Generation(int Number, string Text);
}
