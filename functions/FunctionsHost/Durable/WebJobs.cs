using Microsoft.Azure.WebJobs;
using Microsoft.Azure.WebJobs.Extensions.DurableTask;
using Microsoft.Azure.WebJobs.Host;
using Microsoft.Azure.WebJobs.Host.Config;
using Microsoft.Azure.WebJobs.Logging;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace FunctionsHosting.Durable;

/// <summary>The WebJobs host, set up as the Functions host sets it up for an isolated app, with the durable extension only.</summary>
internal static class WebJobs
{
    private const string StorageProvider = "durableTask:storageProvider:";
    private const string UsualConnection = "AzureWebJobsStorage";

    public static IHost Build(DurableHostOptions options, GeneratedFunctions functions, HostLife life)
    {
        var settings = new Dictionary<string, string?>(options.Settings, StringComparer.OrdinalIgnoreCase);
        foreach (var (key, value) in ExtensionsOf(options))
        {
            settings[$"AzureWebJobs:extensions:{key}"] = value;
        }

        return new HostBuilder()
            .ConfigureWebJobs(static jobs => jobs.AddDurableTask())
            .ConfigureAppConfiguration(configuration =>
            {
                configuration.Sources.Clear(); // no appsettings.json, no environment: the settings have all there is
                configuration.AddInMemoryCollection(settings);
            })
            .ConfigureLogging(logging =>
            {
                logging.AddFilter("Azure", LogLevel.Warning); // else every request to the storage is a line
                options.Logging?.Invoke(logging);
                logging.AddFilter<DroppedMessages>(static (category, _) => category == DroppedMessages.Category);
            })
            .ConfigureServices(services =>
            {
                services.AddAzureStorageCoreServices();
                // Its timer is never disposed of, and would keep the host for ever; what it counts goes nowhere here.
                services.Configure<FunctionResultAggregatorOptions>(static aggregator => aggregator.IsEnabled = false);
                services.AddSingleton<IHostLifetime, NoSignals>();
                services.AddSingleton<DroppedMessages>();
                services.AddSingleton<ILoggerProvider>(static provider => provider.GetRequiredService<DroppedMessages>());
                services.AddSingleton<ITypeLocator>(functions);
                services.AddSingleton<IJobActivator>(functions);
                services.AddSingleton<INameResolver>(new SettingsResolver(options.Settings, options.WorkerId));
                services.AddSingleton<IApplicationLifetimeWrapper>(life);
#pragma warning disable CS0612, CS0618 // Obsolete because meant for the Functions host only: which this is.
                services.AddSingleton<IPlatformInformation>(new IsolatedWorker());
                services.AddSingleton<IWebHookProvider>(new Webhook(options.Webhook));
#pragma warning restore CS0612, CS0618
                BusinessProviderFactory.Register(services, options);
            })
            .Build();
    }

    /// <summary>Name of the setting with the storage of the task hub.</summary>
    /// <exception cref="HostStartException">There is no such setting, or one that the hub's name is taken from is missing.</exception>
    public static string ConnectionOf(DurableHostOptions options)
    {
        var extensions = new Dictionary<string, string?>(options.Extensions, StringComparer.OrdinalIgnoreCase);
        var named = IsHostedScheduler(options) ? null : extensions.GetValueOrDefault($"{StorageProvider}connectionName");
        var connection = string.IsNullOrEmpty(named) ? UsualConnection : named;
        var there = options.Settings.Any(s => s.Value is { Length: > 0 } && IsPartOf(s.Key, connection));
        if (options.TaskHub is null && !there)
        {
            throw new HostStartException($"The setting {connection} is missing: the storage in which durable functions keep their state.");
        }

        new SettingNames(options.Settings).Resolve(extensions.GetValueOrDefault("durableTask:hubName") ?? "", out var missing);
        return missing.Count == 0
            ? connection
            : throw new HostStartException($"The setting {missing[0]} is missing; extensions.durableTask.hubName is taken from it.");
    }

    /// <summary>A connection is a setting of that name (also without its prefix), or a section of them with an account's address.</summary>
    private static bool IsPartOf(string key, string connection) =>
        new[] { connection, $"AzureWebJobs{connection}", $"ConnectionStrings:{connection}" }.Any(name =>
            key.Equals(name, StringComparison.OrdinalIgnoreCase) || key.StartsWith($"{name}:", StringComparison.OrdinalIgnoreCase));

    /// <summary>Whether host.json asks for the hosted scheduler, which runs nowhere but on Azure: here the Azure Storage provider stands in for it.</summary>
    public static bool IsHostedScheduler(DurableHostOptions options) => options.TaskHub is null
        && options.Extensions.Any(static e => e.Key.Equals($"{StorageProvider}type", StringComparison.OrdinalIgnoreCase)
            && "azureManaged".Equals(e.Value, StringComparison.OrdinalIgnoreCase));

    /// <summary>Where another provider takes the place of the one host.json names, that one's options are no concern of it.</summary>
    private static IEnumerable<KeyValuePair<string, string?>> ExtensionsOf(DurableHostOptions options) =>
        options.TaskHub is null && !IsHostedScheduler(options)
            ? options.Extensions
            : options.Extensions.Where(static e => !e.Key.StartsWith(StorageProvider, StringComparison.OrdinalIgnoreCase));
}
