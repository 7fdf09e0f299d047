using Microsoft.Azure.WebJobs.Extensions.DurableTask;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace FunctionsHosting.Durable;

/// <summary>Puts the task hub in business time between the extension and the official Azure Storage provider, or another task hub.</summary>
internal sealed class BusinessProviderFactory : IDurabilityProviderFactory
{
    private readonly IDurabilityProviderFactory? _official;
    private readonly Lazy<BusinessProvider> _provider;

    private BusinessProviderFactory(IDurabilityProviderFactory? official, Func<DurabilityProvider> inner, DurableHostOptions options, ILogger logger)
    {
        _official = official;
        _provider = new(() =>
        {
            var provider = inner();
            return new(provider, new BusinessTaskHub(provider, options, logger));
        });
    }

    /// <summary>The official one's, so that host.json is as it is on Azure.</summary>
    public string Name => "AzureStorage";

    public BusinessTaskHub Hub => _provider.Value.Hub;

    /// <summary>Replaces the official factory by one that wraps what it makes.</summary>
    public static void Register(IServiceCollection services, DurableHostOptions options)
    {
        var registered = services.Single(static s => s.ServiceType == typeof(IDurabilityProviderFactory));
        services.Remove(registered);
        services.AddSingleton(provider =>
        {
            var logger = provider.GetRequiredService<ILogger<BusinessTaskHub>>();
            if (options.TaskHub is { } hub)
            {
                return new BusinessProviderFactory(official: null, () => hub(provider), options, logger);
            }

            // An internal class of the extension: it is made the way the container would have made it.
            var official = (IDurabilityProviderFactory)ActivatorUtilities.CreateInstance(provider, registered.ImplementationType!);
            return new(official, official.GetDurabilityProvider, options, logger);
        });
        services.AddSingleton<IDurabilityProviderFactory>(static provider => provider.GetRequiredService<BusinessProviderFactory>());
    }

    public DurabilityProvider GetDurabilityProvider() => _provider.Value;

    public DurabilityProvider GetDurabilityProvider(DurableClientAttribute attribute)
    {
        // The official factory gives its own one for this app's hub, and others for the hubs of other apps.
        var asked = _official?.GetDurabilityProvider(attribute);
        return asked is null || ReferenceEquals(asked, _official!.GetDurabilityProvider()) ? _provider.Value : asked;
    }

    public void SetUseSeparateQueueForEntityWorkItems(bool newValue)
    {
        _official?.SetUseSeparateQueueForEntityWorkItems(newValue);
        _provider.Value.SetUseSeparateQueueForEntityWorkItems(newValue);
    }

    public void SetRegisteredFunctions(
        IReadOnlyCollection<string> orchestratorNames, IReadOnlyCollection<string> activityNames, IReadOnlyCollection<string> entityNames) =>
        _official?.SetRegisteredFunctions(orchestratorNames, activityNames, entityNames);
}
