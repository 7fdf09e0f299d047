namespace FunctionsHosting.Worker;

/// <summary>The binding types this host serves, as functions.metadata names them.</summary>
internal static class BindingTypes
{
    public const string Http = "httpTrigger";
    public const string Timer = "timerTrigger";
    public const string ServiceBus = "serviceBusTrigger";
    public const string Orchestration = "orchestrationTrigger";
    public const string Activity = "activityTrigger";
    public const string Entity = "entityTrigger";
    public const string DurableClient = "durableClient";

    /// <summary>The answer of an HTTP function.</summary>
    public const string HttpOutput = "http";
}
