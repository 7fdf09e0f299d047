using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Sandbox.Tests;

/// <summary>What the sandbox calls: notes every request and answers 202 with a location, or the statuses it was given, in order.</summary>
public sealed class Target : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<int> _statuses;
    private readonly ConcurrentQueue<TargetRequest> _requests = new();
    private Func<Task> _pause = () => Task.CompletedTask;

    private Target(WebApplication app, IEnumerable<int> statuses)
    {
        _app = app;
        _statuses = new(statuses);
        app.Run(Answer);
    }

    public string Url => _app.Urls.Single() + "/api/anything";

    public IReadOnlyList<TargetRequest> Requests => [.. _requests];

    public static async Task<Target> Start(params IEnumerable<int> statuses)
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        builder.Services.AddRoutingCore();
        var target = new Target(builder.Build(), statuses);
        await target._app.StartAsync();
        return target;
    }

    /// <summary>Each request waits for this before it is answered.</summary>
    public void Answers(Func<Task> after) => _pause = after;

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private async Task Answer(HttpContext http)
    {
        using var reader = new StreamReader(http.Request.Body);
        var headers = http.Request.Headers.ToDictionary(h => h.Key.ToLowerInvariant(), h => h.Value.ToString());
        _requests.Enqueue(new(headers, await reader.ReadToEndAsync()));
        await _pause();
        http.Response.StatusCode = _statuses.TryDequeue(out var status) ? status : 202;
        http.Response.Headers.Location = "/api/penalty-requests/1";
        http.Response.Headers.RetryAfter = "7";
        await http.Response.WriteAsync("seen");
    }
}

/// <param name="Headers">By lower-case name.</param>
public sealed record TargetRequest(IReadOnlyDictionary<string, string> Headers, string Body);
