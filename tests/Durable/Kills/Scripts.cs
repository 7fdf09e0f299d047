using Durable.Tests.Twins;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace Durable.Tests.Kills;

/// <summary>All kinds of commits, in small stories with a hub each: what a kill costs grows with the square of a story's length.</summary>
internal static class Scripts
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);
    private static readonly string Parent = Script.In(0, "parent");
    private static readonly string Child = Script.In(1, "child");
    private static readonly string Fragile = Script.In(1, "fragile");
    private static readonly string Sender = Script.In(0, "sender");
    private static readonly string Listener = Script.In(1, "listener");
    private static readonly string Counter = Script.In(1, "counter");

    public static IReadOnlyList<Script> All { get; } =
    [
        new("order", Order,
        [
            Step.Start("Order", Script.In(0, "order")),
            Step.Pass(TimeSpan.FromDays(3)),
            Step.Raise(Script.In(0, "order"), "Go", "went"),
            Step.Pass(Hour),
        ]),
        new("family", Family,
        [
            Step.Start("Parent", Parent),
            Step.Pass(Hour),
        ]),
        new("talk", Talk,
        [
            Step.Start("Listener", Listener, string.Empty),
            Step.Start("Counter", Counter, 0),
            Step.Start("Sender", Sender),
            Step.Pass(Hour),
            Step.Raise(Listener, "Word", "end"),
            Step.Raise(Counter, "Word", "end"),
        ]),
        new("entries", Entries,
        [
            Step.Start("Ledger", Script.In(0, "ledger"), string.Empty),
            Step.Do("raise two entries at once", static host => Task.WhenAll(
                host.Client.RaiseEventAsync(Script.In(0, "ledger"), "Entry", "a"), host.Client.RaiseEventAsync(Script.In(0, "ledger"), "Entry", "a"))),
            Step.Raise(Script.In(0, "ledger"), "Entry", "end"),
        ]),
        new("life", Life,
        [
            Step.Start("Life", Script.In(0, "life"), "first"),
            Step.Do("suspend", static host => host.Client.SuspendInstanceAsync(Script.In(0, "life"), "paused")),
            Step.Raise(Script.In(0, "life"), "Go", "while paused"),
            Step.Do("resume", static host => host.Client.ResumeInstanceAsync(Script.In(0, "life"))),
            Step.Do("restart", static host => host.Client.RestartAsync(Script.In(0, "life"))),
            Step.Do("terminate", static host => host.Client.TerminateInstanceAsync(Script.In(0, "life"), new TerminateInstanceOptions("over"))),
            Step.Start("Life", Script.In(0, "life"), "third"),
            Step.Raise(Script.In(0, "life"), "Go", "again"),
        ]),
        new("purge", Life,
        [
            Step.Start("Life", Script.In(0, "purged"), "once"),
            Step.Raise(Script.In(0, "purged"), "Go", "gone"),
            Step.Purge(Script.In(0, "purged")),
        ]),
        new("group", Group,
        [
            Step.Do("start three at once", static host => Task.WhenAll(new[] { "one", "two", "three" }.Select(name =>
                host.Client.ScheduleNewOrchestrationInstanceAsync("Single", name, Once(Script.In(0, name)))))),
            Step.Do("start one for later", static host => host.Client.ScheduleNewOrchestrationInstanceAsync(
                "Single", "later", Once(Script.In(1, "later")) with { StartAt = DurableHost.Start + Hour })),
            Step.Pass(Hour),
        ]),
        .. Troubles.All,
    ];

    private static StartOrchestrationOptions Once(string id) =>
        new StartOrchestrationOptions(id).WithDedupeStatuses(StartOrchestrationOptionsExtensions.ValidDedupeStatuses);

    /// <summary>Several activities at once, a timer, an event, an activity that fails and is tried again.</summary>
    private static void Order(DurableTaskRegistry functions, Journal journal) => functions
        .AddActivityFunc<string, string>("Do", static (_, what) => what)
        .AddActivityFunc<string, string>("Charge", (context, _) => Charge(journal, context))
        .AddOrchestratorFunc("Order", async context =>
        {
            var done = await Task.WhenAll(new[] { "pick", "wrap", "label" }.Select(what => context.CallActivityAsync<string>("Do", what)));
            await context.CreateTimer(TimeSpan.FromDays(3), CancellationToken.None);
            context.SetCustomStatus("waits");
            var go = await context.WaitForExternalEvent<string>("Go");
            var paid = await context.CallActivityAsync<string>("Charge", "card", TaskOptions.FromRetryPolicy(new(3, Hour)));
            return $"{string.Join(' ', done)} {go} {paid}";
        });

    /// <summary>Sub-orchestrations in another shard; one fails and is tried again under its id.</summary>
    private static void Family(DurableTaskRegistry functions, Journal journal) => functions
        .AddActivityFunc<string, string>("Do", static (_, what) => what)
        .AddActivityFunc<string, string>("Charge", (context, _) => Charge(journal, context))
        .AddOrchestratorFunc("Child", static context => context.CallActivityAsync<string>("Do", "play"))
        .AddOrchestratorFunc("Fragile", static context => context.CallActivityAsync<string>("Charge", $"at {context.CurrentUtcDateTime:MM-dd HH:mm}"))
        .AddOrchestratorFunc("Parent", async context =>
        {
            var played = await context.CallSubOrchestratorAsync<string>("Child", null, new SubOrchestrationOptions(new TaskOptions(), Child));
            var retry = new SubOrchestrationOptions(TaskOptions.FromRetryPolicy(new(3, Hour)), Fragile);
            return $"{played}, then {await context.CallSubOrchestratorAsync<string>("Fragile", null, retry)}";
        });

    /// <summary>Events between orchestrations of two shards; the receivers continue as new, with an activity before it and without one.</summary>
    private static void Talk(DurableTaskRegistry functions, Journal journal) => functions
        .AddActivityFunc<string, string>("Do", static (_, what) => what)
        .AddOrchestratorFunc<string, string>("Listener", async (context, heard) =>
        {
            heard = $"{heard} {await context.WaitForExternalEvent<string>("Word")}";
            await context.CallActivityAsync<string>("Do", $"note{heard}");
            if (!heard.EndsWith("end", StringComparison.Ordinal))
            {
                context.ContinueAsNew(heard);
            }

            return heard;
        })
        .AddOrchestratorFunc<int, int>("Counter", static async (context, count) =>
        {
            if (await context.WaitForExternalEvent<string>("Word") != "end")
            {
                context.ContinueAsNew(count + 1);
            }

            return count;
        })
        .AddOrchestratorFunc("Sender", static async context =>
        {
            context.SendEvent(Listener, "Word", "one");
            context.SendEvent(Listener, "Word", "two");
            context.SendEvent(Counter, "Word", "one");
            await context.CreateTimer(Hour, CancellationToken.None);
            context.SendEvent(Listener, "Word", "three");
            context.SendEvent(Counter, "Word", "two");
        });

    /// <summary>Events that come while the run does something else are carried over.</summary>
    private static void Entries(DurableTaskRegistry functions, Journal journal) => functions
        .AddActivityFunc<string, string>("Do", static (_, what) => what)
        .AddOrchestratorFunc<string, string>("Ledger", static async (context, entries) =>
        {
            entries += await context.WaitForExternalEvent<string>("Entry");
            await context.CallActivityAsync<string>("Do", $"book {entries}");
            if (!entries.EndsWith("end", StringComparison.Ordinal))
            {
                context.ContinueAsNew(entries);
            }

            return entries;
        });

    private static void Life(DurableTaskRegistry functions, Journal journal) => functions
        .AddActivityFunc<string, string>("Do", static (_, what) => what)
        .AddOrchestratorFunc<string, string>("Life", static async (context, input) =>
        {
            var go = await context.WaitForExternalEvent<string>("Go");
            return await context.CallActivityAsync<string>("Do", $"{input}: {go}");
        });

    private static void Group(DurableTaskRegistry functions, Journal journal) => functions
        .AddActivityFunc<string, string>("Do", static (_, what) => what)
        .AddOrchestratorFunc<string, string>("Single", static (context, name) => context.CallActivityAsync<string>("Do", name));

    /// <summary>Fails until a failure of it is on record: whoever runs it again before that sees the same failure.</summary>
    private static string Charge(Journal journal, TaskActivityContext context) => journal.HasFailed(context.InstanceId, context.Name)
        ? "charged"
        : throw new InvalidOperationException("The card was refused.");
}
