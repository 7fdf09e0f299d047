using Microsoft.Extensions.Configuration;
using OpenTelemetry;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace FunctionsHosting;

/// <summary>
/// What the host itself adds to a trace where host.json says <c>"telemetryMode": "OpenTelemetry"</c> and <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> where to, as
/// the Functions host does: requests, invocations that nothing else began, orchestrations and their steps.
/// </summary>
internal static class HostTelemetry
{
    public const string EndpointSetting = "OTEL_EXPORTER_OTLP_ENDPOINT";

    private static readonly ActivitySource Invocations = new("FunctionsHost");

    /// <summary>The span an invocation belongs to, where nothing that called it has one.</summary>
    public static Activity? Begin(string function) => Activity.Current is null ? Invocations.StartActivity(function, ActivityKind.Internal) : null;

    /// <summary>
    /// The present span as the worker takes it over. One that nobody has decided about counts as sampled: else a worker that follows its parent would
    /// export nothing.
    /// </summary>
    public static string TraceParent() => Activity.Current is { } span
        ? $"00-{span.TraceId}-{span.SpanId}-{(span.Recorded || !span.HasRemoteParent ? "01" : "00")}"
        : "";

    /// <param name="service">The app's name.</param>
    /// <param name="settings">In colon form.</param>
    /// <param name="ownProcess">The worker is another process, whose exporter does not see what happens in this one.</param>
    public static ServiceProvider Start(string service, IReadOnlyDictionary<string, string?> settings, bool ownProcess)
    {
        var services = new ServiceCollection();
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection(settings).Build());
        services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService(settings.GetValueOrDefault("OTEL_SERVICE_NAME") ?? service))
            .WithTracing(traces => traces
                .AddSource(Invocations.Name, "Microsoft.AspNetCore", "WebJobs.Extensions.DurableTask", "DurableTask.Core")
                .AddSource(ownProcess ? ["Azure.Messaging.ServiceBus.ServiceBusProcessor"] : [])
                .AddProcessor(new WithoutAddresses()))
            .UseOtlpExporter();
        var provider = services.BuildServiceProvider();
        provider.GetRequiredService<TracerProvider>();
        return provider;
    }

    /// <summary>In addresses stands what people look for, and sometimes a secret: the route says enough.</summary>
    private sealed class WithoutAddresses : BaseProcessor<Activity>
    {
        public override void OnEnd(Activity data)
        {
            foreach (var tag in (string[])["url.path", "url.query", "url.full"])
            {
                data.SetTag(tag, null);
            }
        }
    }
}
