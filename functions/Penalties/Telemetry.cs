using Microsoft.Azure.Functions.Worker.OpenTelemetry;
using Microsoft.Extensions.Configuration;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Penalties;

/// <summary>Traces and metrics by OpenTelemetry; sent on only where <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> says where to.</summary>
public static class Telemetry
{
    public static IServiceCollection AddPenaltyTelemetry(this IServiceCollection services, IConfiguration settings)
    {
        var telemetry = services.AddOpenTelemetry()
            .UseFunctionsWorkerDefaults()
            .ConfigureResource(resource => resource.AddService(settings["OTEL_SERVICE_NAME"] ?? settings["WEBSITE_SITE_NAME"] ?? "penalties"))
            .WithTracing(traces => traces
                .AddSource("Microsoft.DurableTask", "Grpc.Net.Client", "Azure.*") // orchestrations and their steps are the host's to tell
                .AddHttpClientInstrumentation(http => http.EnrichWithHttpRequestMessage = (span, request) =>
                    // A board's address ends in its token: spans show the host and no more of it.
                    span.SetTag("url.full", request.RequestUri?.GetLeftPart(UriPartial.Authority))))
            .WithMetrics(metrics => metrics.AddHttpClientInstrumentation().AddMeter("Polly", CaseMetrics.Meter));

        if (!string.IsNullOrEmpty(settings["OTEL_EXPORTER_OTLP_ENDPOINT"]))
        {
            telemetry.UseOtlpExporter();
        }

        return services;
    }
}
