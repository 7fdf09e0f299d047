using System.Net;
using LocalHost.Sandbox.Agit;
using LocalHost.Sandbox.DriverAdmin;
using LocalHost.Sandbox.Faults;
using LocalHost.Sandbox.Identity;
using LocalHost.Sandbox.Nhn;
using LocalHost.Sandbox.Sms;
using LocalHost.Sandbox.Solapi;
using LocalHost.Sandbox.Zendesk;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace LocalHost.Sandbox;

/// <summary>
/// The outside world over HTTP on one port of 127.0.0.1: CRM under <c>/zendesk</c>, board under <c>/agit</c>, driver admin under
/// <c>/driver-admin</c>, SMS providers under <c>/solapi</c> and <c>/nhn</c>, identity provider under <c>/identity</c>; told what to do, and asked
/// what it got, under <c>/sandbox</c>.
/// All state is in memory and lives as long as the server.
/// </summary>
public sealed class SandboxServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly OutgoingCalls _outgoing;
    private readonly TokenIssuer _issuer;

    private SandboxServer(WebApplication app, OutgoingCalls outgoing, TokenIssuer issuer)
    {
        _app = app;
        _outgoing = outgoing;
        _issuer = issuer;
        BaseAddress = new Uri(app.Urls.Single());
    }

    /// <summary>For example <c>http://127.0.0.1:41234/</c>.</summary>
    public Uri BaseAddress { get; }

    /// <exception cref="IOException">The port is taken; the message names it.</exception>
    public static async Task<SandboxServer> StartAsync(SandboxOptions options, CancellationToken ct = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, options.Port));
        builder.Services.AddRoutingCore();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(1));
        builder.Services.AddSingleton<IHostLifetime, EmbeddedLifetime>();
        var app = builder.Build();
        var outgoing = new OutgoingCalls();
        var issuer = new TokenIssuer();
        app.Use(ErrorAnswers.Answer);
        app.UseRouting();
        MapWorld(app, options, outgoing, issuer);

        try
        {
            await app.StartAsync(ct);
        }
        catch
        {
            outgoing.Dispose();
            issuer.Dispose();
            await app.DisposeAsync();
            throw;
        }

        return new SandboxServer(app, outgoing, issuer);
    }

    /// <summary>A client of the control routes; the caller disposes it.</summary>
    public SandboxClient CreateClient() => SandboxClient.At(BaseAddress);

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
        _outgoing.Dispose();
        _issuer.Dispose();
    }

    private static void MapWorld(WebApplication app, SandboxOptions options, OutgoingCalls outgoing, TokenIssuer issuer)
    {
        var log = new RequestLog(options.Clock);
        var faults = new FaultOrders();
        var held = new HeldRequests(options.Clock);
        var gate = new RequestGate(log, faults, held, app.Lifetime.ApplicationStopping);
        var desk = new TicketDesk(options.Crm.AgentId, options.Clock);
        var wall = new BoardWall(options.Clock);
        var drivers = new DriverRecords(options.Clock);
        var reports = new DeliveryReports(outgoing, options.Sms.ReportRetry, options.Work, app.Lifetime.ApplicationStopping);
        var fates = new SmsFates();
        var solapi = new SmsGateway(options.Sms.Senders, fates, options.Clock, reports);
        var nhn = new NhnGateway(options.Nhn, fates, options.Clock, TimeProvider.System, reports);
        IReadOnlyList<ISmsGateway> sms = [solapi, nhn];

        var crm = new ZendeskGate(options.Crm, gate);
        new ZendeskRoutes(crm, desk).Map(app);
        new TicketListRoutes(crm, desk, options.Clock).Map(app);
        new AgitRoutes(options.Board, wall, gate).Map(app);
        new DriverAdminRoutes(options.DriverAdmin, drivers, gate).Map(app);
        new SolapiRoutes(options.Sms, new SolapiAuthorization(options.Sms, TimeProvider.System), solapi, gate).Map(app);
        new NhnRoutes(options.Nhn, nhn, gate).Map(app);

        new IdentityRoutes(options.Identity, issuer).Map(app);

        new CrmControl(desk, new WebhookSender(options.Crm, outgoing)).Map(app);
        new DriverAdminControl(options.DriverAdmin, drivers, outgoing).Map(app);
        new SmsControl(sms, fates, reports).Map(app);
        new FaultControl(faults, held).Map(app);
        new ReceivedControl(log, desk, wall, drivers, sms, fates, reports, faults, held).Map(app);
    }

    /// <summary>The sandbox is a guest in its process: signals (Ctrl+C, SIGTERM) belong to the host.</summary>
    private sealed class EmbeddedLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
