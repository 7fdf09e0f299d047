using System.Text.Encodings.Web;
using System.Text.Unicode;
using Azure.Core;
using Azure.Data.Tables;
using Azure.Identity;
using Azure.Messaging.ServiceBus;
using Azure.Storage.Queues;
using FluentValidation;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Penalties.Blocking;
using Penalties.Content;
using Penalties.Health;
using Penalties.Intake;
using Penalties.Intake.Sources;
using Penalties.Managers;
using Penalties.Outside;
using Penalties.Outside.Crm;
using Penalties.Outside.Sms;
using Penalties.Privacy;

namespace Penalties;

/// <summary>Everything the functions are given, in one list.</summary>
public static class PenaltyServices
{
    public static IServiceCollection AddPenalties(this IServiceCollection services, IConfiguration settings)
    {
        services.TryAddKeyedSingleton(Clocks.Business, TimeProvider.System);
        services.TryAddSingleton(TimeProvider.System);

        services.AddSettings<CrmOptions>(CrmOptions.Section, options => options.Problems(settings["AZURE_FUNCTIONS_ENVIRONMENT"] == "Development"));
        services.AddSettings<ZendeskOptions>(ZendeskOptions.Section, options => options.Problems());
        services.AddSettings<AgitOptions>(AgitOptions.Section, options => options.Problems());
        services.AddSettings<DriverAdminOptions>(DriverAdminOptions.Section, options => options.Problems());
        services.AddSettings<SmsOptions>(SmsOptions.Section, options => options.Problems());
        services.AddSettings<SolapiOptions>(SolapiOptions.Section, options => Uses(settings, SmsProviderName.Solapi) ? options.Problems() : []);
        services.AddSettings<NhnCloudOptions>(NhnCloudOptions.Section, options => Uses(settings, SmsProviderName.NhnCloud) ? options.Problems() : []);
        services.AddSettings<ResilienceOptions>(ResilienceOptions.Section, options => options.Problems());
        services.AddSettings<FollowUpOptions>(FollowUpOptions.Section, options => options.Problems());
        services.AddSettings<BlockOptions>(BlockOptions.Section, options => options.Problems());
        services.AddSettings<MessageOptions>(MessageOptions.Section, options => options.Problems());
        services.AddSettings<PrivacyOptions>(PrivacyOptions.Section, options => options.Problems());
        services.AddSettings<ProductOptions>(ProductOptions.Section, options => options.Problems());

        services.AddSettings<StorageOptions>(StorageOptions.Section, options => options.Problems());
        services.AddSettings<HolidayOptions>(HolidayOptions.Section, options => options.Problems());
        services.AddSettings<DriverRecordOptions>(DriverRecordOptions.Section, options => options.Problems());
        services.AddSettings<AuthOptions>(AuthOptions.Section, options => options.Problems());

        // Hangul as it is written, for people who read answers on a terminal.
        services.Configure<JsonOptions>(json => json.JsonSerializerOptions.Encoder = JavaScriptEncoder.Create(UnicodeRanges.All));
        // The host writes whole addresses, and people type names into queries.
        services.AddLogging(logging => logging
            .AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.Warning)
            .AddFilter("Azure", LogLevel.Warning)); // every storage request would be a line
        services.AddMetrics();
        services.AddSingleton<CaseMetrics>();
        services.AddSingleton<Breakers>();
        services.AddSingleton<BearerTokens>();
        services.AddSingleton<ApiDocument>();

        services.AddSingleton<ProductContent>();
        services.AddSingleton<AppTables>();
        services.AddSingleton<OperationTable>();
        services.AddSingleton<SmsSwitch>();
        services.AddSingleton<SmsBalance>();
        services.AddSingleton<Snapshots>();
        services.AddSingleton<CaseIndex>();
        services.AddSingleton<CaseDirectory>();
        services.AddSingleton<CaseStore>();
        services.AddSingleton<ContactStore>();
        services.AddSingleton<CaseSteps>();
        services.AddSingleton<Unknocked>();
        services.AddSingleton<CaseStarter>();
        services.AddSingleton<CaseRoutes>();
        services.AddSingleton<Callbacks>();
        services.AddSingleton<ReContactAnswers>();
        services.AddSingleton<BoardText>();
        services.AddSingleton<BoardLease>();
        services.AddTransient<ManagerNotices>();
        services.AddSingleton<PurgePlan>();
        services.AddSingleton<AccessLog>();

        services.AddSingleton<IValidator<ComplaintForm>, ComplaintFormRules>();
        services.AddSingleton<ComplaintMapper>();
        services.AddSingleton<CaseIntake>();
        services.AddSingleton<RefusedDeliveries>();
        services.AddSingleton<DeadLetters>();
        services.AddSingleton<Reception>();
        services.AddSingleton<TicketFetch>();
        services.AddSingleton<BlockQueues>();
        services.AddTransient<StandingBlock>();
        services.AddSingleton<RidesAfterBlocks>();

        services.AddSingleton<ZendeskPace>();
        services.AddOutsideSystem<ZendeskTickets>(OutsideSystems.Crm);
        services.AddOutsideSystem<AgitBoard>(OutsideSystems.Board);
        services.AddOutsideSystem<DriverAdmin>(OutsideSystems.DriverAdmin);
        services.AddTransient<SolapiSignature>();
        services.AddOutsideSystem<SolapiSms>(OutsideSystems.Sms).AddHttpMessageHandler<SolapiSignature>();
        services.AddOutsideSystem<NhnCloudSms>(OutsideSystems.Sms);
        services.AddTransient<ISmsProvider>(provider => provider.GetRequiredService<IOptions<SmsOptions>>().Value.Provider switch
        {
            SmsProviderName.Solapi => provider.GetRequiredService<SolapiSms>(),
            SmsProviderName.NhnCloud => provider.GetRequiredService<NhnCloudSms>(),
        });
        services.AddTransient<SmsSettlement>();

        services.AddSingleton(_ => Storage<TableServiceClient>(
            settings, "table", static text => new(text, Brief(new TableClientOptions())), static (at, by) => new(at, by, Brief(new TableClientOptions()))));
        services.AddSingleton(_ => Storage<QueueServiceClient>(
            settings, "queue", static text => new(text, Brief(new QueueClientOptions())), static (at, by) => new(at, by, Brief(new QueueClientOptions()))));
        services.AddSingleton(_ => ServiceBus(settings));
        services.AddPenaltyHealth();
        services.AddHostedService<Preparation>();
        return services;
    }

    /// <summary>Only the provider that is used has to be configured.</summary>
    private static bool Uses(IConfiguration settings, SmsProviderName provider) =>
        (Enum.TryParse<SmsProviderName>(settings[$"{SmsOptions.Section}:{nameof(SmsOptions.Provider)}"], ignoreCase: true, out var used)
            ? used
            : SmsProviderName.Solapi) == provider;

    /// <summary>A webhook's sender waits some ten seconds: storage that is away has to be told to it before, so it is asked again only briefly.</summary>
    private static TOptions Brief<TOptions>(TOptions options)
        where TOptions : ClientOptions
    {
        options.Retry.MaxRetries = 2;
        options.Retry.Delay = TimeSpan.FromMilliseconds(300);
        options.Retry.MaxDelay = TimeSpan.FromSeconds(1);
        options.Retry.NetworkTimeout = TimeSpan.FromSeconds(3);
        return options;
    }

    private static TClient Storage<TClient>(
        IConfiguration settings, string service, Func<string, TClient> byConnection, Func<Uri, TokenCredential, TClient> byIdentity) =>
        settings["AzureWebJobsStorage"] is { Length: > 0 } connection
            ? byConnection(connection)
            : settings[$"AzureWebJobsStorage:{service}ServiceUri"] is { Length: > 0 } address
                ? byIdentity(new Uri(address), Identity(settings, "AzureWebJobsStorage"))
                : throw new InvalidOperationException(
                    $"AzureWebJobsStorage is missing; a connection string, or AzureWebJobsStorage__{service}ServiceUri, is required.");

    private static ServiceBusClient ServiceBus(IConfiguration settings) => settings[BlockQueues.Connection] is { Length: > 0 } connection
        ? new(connection)
        : settings[$"{BlockQueues.Connection}:fullyQualifiedNamespace"] is { Length: > 0 } address
            ? new(address, Identity(settings, BlockQueues.Connection))
            : throw new InvalidOperationException(
                $"{BlockQueues.Connection} is missing; a connection string, or {BlockQueues.Connection}__fullyQualifiedNamespace, is required.");

    private static DefaultAzureCredential Identity(IConfiguration settings, string connection) =>
        new(new DefaultAzureCredentialOptions { ManagedIdentityClientId = settings[$"{connection}:clientId"] });
}
