using LocalHost.Commands;

namespace LocalHost;

/// <summary>
/// What the app needs to run against the sandbox: its addresses and its harmless credentials. Only settings that are missing are added, so
/// whoever has real systems names them in <c>local.settings.json</c> or the environment.
/// </summary>
public static class DevelopmentSettings
{
    /// <summary>Custom fields the sandbox's tickets show case and block in.</summary>
    public const long StateFieldId = 360001;

    /// <inheritdoc cref="StateFieldId"/>
    public const long BlockFieldId = 360002;

    /// <summary>Every night: on a fast clock a business hour is less than what a step takes.</summary>
    public const string SweepOnFastClock = "0 30 3 * * *";

    public static void Complete(IDictionary<string, string?> settings, Uri sandbox, Uri functions)
    {
        var world = new SandboxOptions();
        var koc = world.Board.Groups.Single(group => group.Name == "KOC");
        var kmcc = world.Board.Groups.Single(group => group.Name == "KMCC");
        var kocManagers = world.Board.Groups.Single(group => group.Name == "KOC managers");
        var kmccManagers = world.Board.Groups.Single(group => group.Name == "KMCC managers");
        var defaults = new Dictionary<string, string?>
        {
            ["FUNCTIONS_WORKER_RUNTIME"] = "dotnet-isolated",
            ["AZURE_FUNCTIONS_ENVIRONMENT"] = "Development",
            ["OTEL_SERVICE_NAME"] = "penalties",
            ["SweepSchedule"] = "0 5 * * * *",
            ["UnknockedSchedule"] = "0 * * * * *",
            ["Product:PublicUrl"] = functions.AbsoluteUri,
            ["Privacy:HashKey"] = "development-hash-key",
            ["Zendesk:BaseUrl"] = new Uri(sandbox, "zendesk/").AbsoluteUri,
            ["Zendesk:Email"] = world.Crm.Email,
            ["Zendesk:ApiToken"] = world.Crm.ApiToken,
            ["Zendesk:AgentId"] = $"{world.Crm.AgentId}",
            ["Crm:Sources:zendesk:Secret"] = world.Crm.WebhookSecret,
            ["Crm:Sources:zendesk:AccountId"] = world.Crm.AccountId,
            ["Zendesk:StateFieldId"] = $"{StateFieldId}",
            ["Zendesk:BlockFieldId"] = $"{BlockFieldId}",
            ["Agit:WebhookBaseUrl"] = new Uri(sandbox, "agit/").AbsoluteUri,
            ["Agit:ApiBaseUrl"] = new Uri(sandbox, "agit/").AbsoluteUri,
            ["Agit:BotToken"] = world.Board.BotToken,
            ["Agit:Koc:Token"] = koc.WebhookToken,
            ["Agit:Koc:GroupId"] = $"{koc.GroupId}",
            ["Agit:Koc:ManagersToken"] = kocManagers.WebhookToken,
            ["Agit:Koc:ManagersGroupId"] = $"{kocManagers.GroupId}",
            ["Agit:Koc:ManagerMention"] = "@koc-manager",
            ["Agit:Koc:EscalationMention"] = "@koc-lead",
            ["Agit:Kmcc:Token"] = kmcc.WebhookToken,
            ["Agit:Kmcc:GroupId"] = $"{kmcc.GroupId}",
            ["Agit:Kmcc:ManagersToken"] = kmccManagers.WebhookToken,
            ["Agit:Kmcc:ManagersGroupId"] = $"{kmccManagers.GroupId}",
            ["Agit:Kmcc:ManagerMention"] = "@kmcc-manager",
            ["Agit:Kmcc:EscalationMention"] = "@kmcc-lead",
            ["DriverAdmin:BaseUrl"] = new Uri(sandbox, "driver-admin/").AbsoluteUri,
            ["DriverAdmin:Token"] = world.DriverAdmin.Token,
            ["DriverAdmin:WebhookSecret"] = world.DriverAdmin.WebhookSecret,
            ["Auth:Authority"] = new Uri(sandbox, "identity").AbsoluteUri,
            ["Auth:Audience"] = world.Identity.Audience,
            ["Solapi:BaseUrl"] = new Uri(sandbox, "solapi/").AbsoluteUri,
            ["Solapi:ApiKey"] = world.Sms.ApiKey,
            ["Solapi:ApiSecret"] = world.Sms.ApiSecret,
            ["Solapi:SenderNumber"] = "15771577",
            ["Sms:ReportSecret"] = "sandbox-sms-report-secret",
            ["NhnCloud:BaseUrl"] = new Uri(sandbox, "nhn/").AbsoluteUri,
            ["NhnCloud:AppKey"] = world.Nhn.AppKey,
            ["NhnCloud:SecretKey"] = world.Nhn.SecretKey,
            ["NhnCloud:SenderNumber"] = "15771577",
            ["NhnCloud:WebhookSignature"] = world.Nhn.WebhookSignature,
        };

        foreach (var (name, value) in defaults)
        {
            settings.TryAdd(name, value);
        }
    }

    /// <summary>Beside a host on its usual port the sandbox has its usual port too, as the README's examples say, unless that is taken.</summary>
    private static async Task<SandboxServer> OwnSandbox(OutsideWorldRequest request, CancellationToken cancellation)
    {
        var options = new SandboxOptions { Clock = request.Clock, Work = request.Work };
        if (request.Functions.Port == FunctionsHostOptions.DefaultPort)
        {
            try
            {
                return await SandboxServer.StartAsync(options with { Port = SandboxOptions.UsualPort }, cancellation);
            }
            catch (IOException)
            {
                // Another sandbox runs there: the addresses printed tell where this one is.
            }
        }

        return await SandboxServer.StartAsync(options, cancellation);
    }

    /// <summary>The outside world of <c>start</c>: a sandbox in this process unless one runs elsewhere.</summary>
    public static async Task<IAsyncDisposable?> WithSandbox(OutsideWorldRequest request, CancellationToken cancellation)
    {
        var own = request.Elsewhere is null ? await OwnSandbox(request, cancellation) : null;
        var sandbox = request.Elsewhere ?? own!.BaseAddress;
        if (own is not null)
        {
            // The README's example is about this ticket.
            using var world = own.CreateClient();
            await world.SeedTicket(new() { Id = 4711 }, cancellation);
        }

        await ScenarioFile.Begin(request.Scenario, sandbox, cancellation);
        if (request.Clock.Speed > 60)
        {
            request.Settings.TryAdd("SweepSchedule", SweepOnFastClock);
            request.Settings.TryAdd("UnknockedSchedule", SweepOnFastClock);
        }

        Complete(request.Settings, sandbox, request.Functions);
        Console.WriteLine($"The outside world: {new Uri(sandbox, "sandbox")}");
        Console.WriteLine($"A token for our own routes: curl -s {new Uri(sandbox, "identity/token")} -d 'sub=manager-2&roles=manager'");
        return own;
    }
}
