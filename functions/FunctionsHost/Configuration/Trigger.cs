using Cronos;

namespace FunctionsHosting.Configuration;

/// <summary>What makes a function run, checked and with its <c>%setting%</c> names resolved.</summary>
internal abstract record Trigger(string Type);

/// <param name="Pattern">Route template with the route prefix, without a leading slash.</param>
/// <param name="Methods">Upper case; empty means every method.</param>
/// <param name="NeedsKey">The caller must give a function key.</param>
internal sealed record HttpTrigger(string Pattern, IReadOnlyList<string> Methods, bool NeedsKey) : Trigger(Worker.BindingTypes.Http);

internal sealed record TimerTrigger(string Expression, CronExpression Schedule, bool RunOnStartup, bool UseMonitor) : Trigger(Worker.BindingTypes.Timer);

/// <param name="Path">Queue name, or <c>queue/$DeadLetterQueue</c>.</param>
/// <param name="ConnectionSetting">Name of the setting that holds the connection string.</param>
/// <param name="AutoComplete">The host completes a message whose function succeeded.</param>
/// <param name="AsModel">The worker takes the message whole; else it is sent its body.</param>
internal sealed record QueueTrigger(string Path, string ConnectionSetting, bool AutoComplete, bool AsModel) : Trigger(Worker.BindingTypes.ServiceBus);

/// <summary>An orchestrator, an activity or an entity, called by name.</summary>
internal sealed record DurableTrigger(string Kind, string Name) : Trigger(Kind);
