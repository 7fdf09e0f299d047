using System.Collections.Concurrent;
using Google.Protobuf;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Stories.Tests.Otlp;

namespace Stories.Tests;

/// <summary>Takes what an app exports over the OpenTelemetry protocol (HTTP, protobuf).</summary>
internal sealed class OtlpSink : IAsyncDisposable
{
    private readonly WebApplication _server;
    private readonly ConcurrentQueue<Traces> _traces = new();
    private readonly ConcurrentQueue<Logs> _logs = new();

    private OtlpSink(WebApplication server) => _server = server;

    /// <summary>The settings that make an app export to it.</summary>
    public (string, string)[] Settings =>
        [("OTEL_EXPORTER_OTLP_ENDPOINT", _server.Urls.Single()), ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf")];

    public IReadOnlyList<ExportedSpan> Spans =>
    [
        .. from export in _traces
           from resource in export.ResourceSpans
           from scope in resource.ScopeSpans
           from span in scope.Spans
           select new ExportedSpan(Service(resource.Resource), scope.Scope.Name, span),
    ];

    /// <summary>Category and text of every log record.</summary>
    public IReadOnlyList<(string Category, string Text)> Lines =>
    [
        .. from export in _logs
           from resource in export.ResourceLogs
           from scope in resource.ScopeLogs
           from line in scope.LogRecords
           select (scope.Scope.Name, line.Body.StringValue),
    ];

    public static async Task<OtlpSink> Start()
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        var sink = new OtlpSink(builder.Build());
        sink._server.Run(sink.Take);
        await sink._server.StartAsync();
        return sink;
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private static string Service(Resource resource) =>
        resource.Attributes.FirstOrDefault(static one => one.Key == "service.name")?.Value.StringValue ?? "";

    private async Task Take(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        switch (context.Request.Path.Value)
        {
            case "/v1/traces":
                _traces.Enqueue(Traces.Parser.ParseFrom(body.ToArray()));
                break;
            case "/v1/logs":
                _logs.Enqueue(Logs.Parser.ParseFrom(body.ToArray()));
                break;
        }
    }
}

/// <summary>A span as it was exported, with its service and source.</summary>
internal sealed record ExportedSpan(string Service, string Source, Span Span)
{
    public string Trace { get; } = Convert.ToHexStringLower(Span.TraceId.Span);

    public string Id { get; } = Convert.ToHexStringLower(Span.SpanId.Span);

    /// <summary>Empty where it has none.</summary>
    public string Parent { get; } = Convert.ToHexStringLower(Span.ParentSpanId.Span);

    public string this[string attribute] => Span.Attributes.FirstOrDefault(one => one.Key == attribute)?.Value.StringValue ?? "";
}
