using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;
using LocalHost;
using FunctionsHosting.Clock;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Worker.Tests;

public sealed class RunningHostTests
{
    [Fact]
    public async Task A_taken_port_is_named_with_the_option_that_changes_it()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var port = ((IPEndPoint)other.LocalEndpoint).Port;

        var refused = await Assert.ThrowsAsync<HostStartException>(
            () => RunningHost.StartAsync(TestApp.Options(TestApp.Of(typeof(Waiting), Gates)) with { Port = port }));

        Assert.Equal($"Port {port} is taken. Choose another one with --port (0: any free one) or the setting LocalHost:Port.", refused.Message);
    }

    [Fact]
    public async Task What_the_apps_program_throws_is_the_reason_why_the_host_does_not_start()
    {
        var app = TestApp.Of(typeof(Waiting), static _ => throw new InvalidOperationException("Sms:SenderNumber is missing"));

        var refused = await Assert.ThrowsAsync<HostStartException>(() => RunningHost.StartAsync(TestApp.Options(app)));

        Assert.EndsWith("could not start: Sms:SenderNumber is missing", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Wrong_settings_of_the_app_are_named_one_by_one()
    {
        var app = TestApp.Of(typeof(Waiting), static _ => throw new AggregateException(
            new OptionsValidationException("Sms", typeof(object), ["Sms:Provider is 'Nope'.", "Sms:LowBalance is 'little'."]),
            new OptionsValidationException("FollowUp", typeof(object), ["FollowUp:Days is 'three'."]),
            new OptionsValidationException("a client that uses them", typeof(object), ["FollowUp:Days is 'three'."])));

        var refused = await Assert.ThrowsAsync<HostStartException>(() => RunningHost.StartAsync(TestApp.Options(app)));

        Assert.Equal(["Sms:Provider is 'Nope'.", "Sms:LowBalance is 'little'.", "FollowUp:Days is 'three'."], refused.Problems);
    }

    [Fact]
    public async Task A_program_that_runs_no_host_is_told_so()
    {
        var app = TestApp.Of(typeof(Waiting)) with { Main = static _ => { } };

        var refused = await Assert.ThrowsAsync<HostStartException>(() => RunningHost.StartAsync(TestApp.Options(app)));

        Assert.Contains("builder.Build().Run()", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stopping_host_finishes_the_request_at_work_and_takes_no_other()
    {
        var host = await RunningHost.StartAsync(TestApp.Options(TestApp.Of(typeof(Waiting), Gates)));
        var gate = host.Services.GetRequiredService<Gate>();
        using var client = host.Client();
        var answer = client.GetStringAsync(new Uri("api/waiting", UriKind.Relative));
        await gate.Begun.Task;
        Assert.Equal("1 x request", host.UnderWay);

        var stopping = host.DisposeAsync();
        gate.MayEnd.SetResult();

        Assert.Equal("done", await answer);
        await stopping;
        await Assert.ThrowsAsync<HttpRequestException>(() => client.GetStringAsync(new Uri("api/waiting", UriKind.Relative)));
    }

    [Fact]
    public async Task A_request_that_outlasts_the_drain_limit_is_cancelled()
    {
        var host = await RunningHost.StartAsync(
            TestApp.Options(TestApp.Of(typeof(Waiting), Gates)) with { DrainLimit = TimeSpan.FromMilliseconds(200) });
        var gate = host.Services.GetRequiredService<Gate>();
        using var client = host.Client();
        var answer = client.GetAsync(new Uri("api/waiting", UriKind.Relative));
        await gate.Begun.Task;

        await host.DisposeAsync();

        await gate.Cancelled.Task.WaitAsync(TimeSpan.FromSeconds(10));
        await Task.WhenAny(answer);
    }

    [Fact]
    public async Task The_apps_own_stop_ends_the_host()
    {
        await using var host = await RunningHost.StartAsync(TestApp.Options(TestApp.Of(typeof(Waiting), Gates)));

        host.Services.GetRequiredService<Microsoft.Extensions.Hosting.IHostApplicationLifetime>().StopApplication();

        await host.Stopped.WaitAsync(TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task Test_hooks_drive_the_clock_of_a_host_in_another_process()
    {
        using var folder = new TempFolder();
        var kept = new ClockFile(Path.Combine(folder.Path, "clock.json"));
        await using var host = await RunningHost.StartAsync(
            TestApp.Options(TestApp.Of(typeof(Waiting), Gates)) with { TestHooks = true, ClockFile = kept });
        using var client = host.Client();

        using var moved = await client.PostAsJsonAsync("localhost/clock/advance", new { to = "2026-09-21T09:00:00+09:00" });
        var status = await client.GetFromJsonAsync<JsonElement>("localhost/status");

        Assert.Equal(HttpStatusCode.OK, moved.StatusCode);
        Assert.Equal(new DateTimeOffset(2026, 9, 21, 0, 0, 0, TimeSpan.Zero), host.Clock.GetUtcNow());
        Assert.Equal(host.Clock.GetUtcNow(), kept.Resume(TestApp.Start, 0));
        Assert.Equal(host.BaseAddress.Port, status.GetProperty("httpPort").GetInt32());
        Assert.Equal("Waiting", status.GetProperty("functions")[0].GetProperty("name").GetString());
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync(new Uri("localhost/idle", UriKind.Relative))).StatusCode);
    }

    [Fact]
    public async Task Waiting_for_idle_in_vain_names_what_is_under_way()
    {
        await using var host = await RunningHost.StartAsync(TestApp.Options(TestApp.Of(typeof(Waiting), Gates)) with { TestHooks = true });
        var gate = host.Services.GetRequiredService<Gate>();
        using var client = host.Client();
        var answer = client.GetStringAsync(new Uri("api/waiting", UriKind.Relative));
        await gate.Begun.Task;

        using var idle = await client.GetAsync(new Uri("localhost/idle?timeout=1", UriKind.Relative));
        gate.MayEnd.SetResult();

        Assert.Equal(HttpStatusCode.GatewayTimeout, idle.StatusCode);
        Assert.Contains("1 x request", await idle.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal("done", await answer);
    }

    [Fact]
    public async Task Test_hooks_are_not_there_unless_asked_for()
    {
        await using var host = await RunningHost.StartAsync(TestApp.Options(TestApp.Of(typeof(Waiting), Gates)));
        using var client = host.Client();

        Assert.Equal(HttpStatusCode.NotFound, (await client.GetAsync(new Uri("localhost/status", UriKind.Relative))).StatusCode);
    }

    private static void Gates(Microsoft.Azure.Functions.Worker.Builder.FunctionsApplicationBuilder builder) => builder.Services.AddSingleton<Gate>();

    public sealed class Gate
    {
        public TaskCompletionSource Begun { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource MayEnd { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource Cancelled { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    public sealed class Waiting(Gate gate)
    {
        [Function("Waiting")]
        public async Task<string> Run(
            [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "waiting")] HttpRequest request, CancellationToken cancellation)
        {
            gate.Begun.SetResult();
            await gate.MayEnd.Task.WaitAsync(cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (cancellation.IsCancellationRequested)
            {
                gate.Cancelled.SetResult();
            }

            return "done";
        }
    }
}
