using Microsoft.Extensions.Configuration;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace Penalties;

/// <summary>Traces and metrics by OpenTelemetry; sent on only where <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> says where to.</summary>
public static class Telemetry
{
    public static IServiceCollection AddPenaltyTelemetry(this IServiceCollection services, IConfiguration settings)
    {
        var telemetry = services.AddOpenTelemetry()
            .WithTracing(traces => traces
                .AddSource("Microsoft.Azure.Functions.Worker", "Microsoft.DurableTask", "DurableTask.Core", "Azure.*")
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
