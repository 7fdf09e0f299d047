using Durable.Tests.Twins;
using LocalHost.Durable;
using LocalHost.Durable.Storage;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace Durable.Tests.Kills;

/// <summary>Orchestrations, and what happens to them from outside, one step after the other: each begins when nothing runs any more.</summary>
internal sealed record Script(string Name, Action<DurableTaskRegistry, Journal> Functions, IReadOnlyList<Step> Steps)
{
    public const int Shards = 2;

    /// <summary>The app's version before the first deployment; empty: the engine looks at none.</summary>
    public string Version { get; init; } = string.Empty;

    /// <summary>Changes that the store does not take, by what has been asked for: every process on the hub sees the same.</summary>
    public Func<Journal, RowChange, bool> Refuses { get; init; } = static (_, _) => false;

    /// <summary>The name with the first number that puts it into the shard.</summary>
    public static string In(int shard, string name) =>
        Enumerable.Range(1, 100).Select(n => $"{name}-{n}").First(id => InstanceIds.Shard(id, Shards) == shard);
}

/// <summary>Calls of a client, or time that passes, or the host ends and begins again with another version of the app.</summary>
internal sealed record Step(string Words, Func<DurableHost, Task>? Call, TimeSpan Passes)
{
    /// <summary>The app's version from here on.</summary>
    public string? Version { get; private init; }

    public static Step Do(string words, Func<DurableHost, Task> call) => new(words, call, TimeSpan.Zero);

    public static Step Pass(TimeSpan time) => new($"let {time} pass", null, time);

    public static Step Deploy(string version) => new($"deploy {version}", null, TimeSpan.Zero) { Version = version };

    public static Step Start(string name, string id, object? input = null) =>
        Do($"start {id}", host => host.Client.ScheduleNewOrchestrationInstanceAsync(name, input, new StartOrchestrationOptions(id)));

    public static Step Raise(string id, string name, string payload) =>
        Do($"raise {name} for {id}", host => host.Client.RaiseEventAsync(id, name, payload));

    public static Step Purge(string id) => Do($"purge {id}", host => host.Client.PurgeInstanceAsync(id));
}
