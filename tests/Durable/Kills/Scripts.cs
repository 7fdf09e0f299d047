using Durable.Tests.Twins;
using LocalHost.Durable;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace Durable.Tests.Kills;

/// <summary>All kinds of commits, in small stories with a hub each: what a kill costs grows with the square of a story's length.</summary>
internal static class Scripts
{
    public const int Shards = 2;

    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);
    private static readonly string Parent = In(0, "parent");
    private static readonly string Child = In(1, "child");
    private static readonly string Fragile = In(1, "fragile");
    private static readonly string Sender = In(0, "sender");
    private static readonly string Listener = In(1, "listener");
    private static readonly string Counter = In(1, "counter");

    public static IReadOnlyList<Script> All { get; } =
    [
        new("order", Order,
        [
            Start("Order", In(0, "order")),
            Step.Pass(TimeSpan.FromDays(3)),
            Raise(In(0, "order"), "Go", "went"),
            Step.Pass(Hour),
        ]),
        new("family", Family,
        [
            Start("Parent", Parent),
            Step.Pass(Hour),
        ]),
        new("talk", Talk,
        [
            Start("Listener", Listener, string.Empty),
            Start("Counter", Counter, 0),
            Start("Sender", Sender),
            Step.Pass(Hour),
            Raise(Listener, "Word", "end"),
            Raise(Counter, "Word", "end"),
        ]),
        new("entries", Entries,
        [
            Start("Ledger", In(0, "ledger"), string.Empty),
            Step.Do("raise two entries at once", static host => Task.WhenAll(
                host.Client.RaiseEventAsync(In(0, "ledger"), "Entry", "a"), host.Client.RaiseEventAsync(In(0, "ledger"), "Entry", "a"))),
            Raise(In(0, "ledger"), "Entry", "end"),
        ]),
        new("life", Life,
        [
            Start("Life", In(0, "life"), "first"),
            Step.Do("suspend", static host => host.Client.SuspendInstanceAsync(In(0, "life"), "paused")),
            Raise(In(0, "life"), "Go", "while paused"),
            Step.Do("resume", static host => host.Client.ResumeInstanceAsync(In(0, "life"))),
            Step.Do("restart", static host => host.Client.RestartAsync(In(0, "life"))),
            Step.Do("terminate", static host => host.Client.TerminateInstanceAsync(In(0, "life"), new TerminateInstanceOptions("over"))),
            Start("Life", In(0, "life"), "third"),
            Raise(In(0, "life"), "Go", "again"),
        ]),
        new("purge", Life,
        [
            Start("Life", In(0, "purged"), "once"),
            Raise(In(0, "purged"), "Go", "gone"),
            Step.Do("purge", static host => host.Client.PurgeInstanceAsync(In(0, "purged"))),
        ]),
        new("group", Group,
        [
            Step.Do("start three at once", static host => Task.WhenAll(new[] { "one", "two", "three" }.Select(name =>
                host.Client.ScheduleNewOrchestrationInstanceAsync("Single", name, Once(In(0, name)))))),
            Step.Do("start one for later", static host => host.Client.ScheduleNewOrchestrationInstanceAsync(
                "Single", "later", Once(In(1, "later")) with { StartAt = DurableHost.Start + Hour })),
            Step.Pass(Hour),
        ]),
    ];

    /// <summary>The name with the first number that puts it into the shard.</summary>
    private static string In(int shard, string name) =>
        Enumerable.Range(1, 100).Select(n => $"{name}-{n}").First(id => InstanceIds.Shard(id, Shards) == shard);

    private static StartOrchestrationOptions Once(string id) =>
        new StartOrchestrationOptions(id).WithDedupeStatuses(StartOrchestrationOptionsExtensions.ValidDedupeStatuses);

    private static Step Start(string name, string id, object? input = null) =>
        Step.Do($"start {id}", host => host.Client.ScheduleNewOrchestrationInstanceAsync(name, input, new StartOrchestrationOptions(id)));

    private static Step Raise(string id, string name, string payload) =>
        Step.Do($"raise {name} \"{payload}\"", host => host.Client.RaiseEventAsync(id, name, payload));

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
