namespace FunctionsHosting.Http;

/// <summary>Where the durable extension's own HTTP management API is served, and its key.</summary>
internal static class ManagementRoutes
{
    public const string KeySetting = "FunctionsHost:DurableTaskKey";
    public const string UsualKey = "local-durabletask-key";
    public const string Base = "/runtime/webhooks/durabletask";
}
