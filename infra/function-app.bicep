@export()
@description('Settings without secrets, by the app\'s names for them. The named ones have no default in the app; others may be added.')
type appSettings = {
  @minLength(1)
  'Auth:Authority': string
  @minLength(1)
  'Auth:Audience': string
  @minLength(1)
  'Zendesk:BaseUrl': string
  @minLength(1)
  'Zendesk:Email': string
  @minLength(1)
  'Agit:Koc:GroupId': string
  @minLength(1)
  'Agit:Koc:ManagersGroupId': string
  @minLength(1)
  'Agit:Koc:ManagerMention': string
  @minLength(1)
  'Agit:Koc:EscalationMention': string
  @minLength(1)
  'Agit:Kmcc:GroupId': string
  @minLength(1)
  'Agit:Kmcc:ManagersGroupId': string
  @minLength(1)
  'Agit:Kmcc:ManagerMention': string
  @minLength(1)
  'Agit:Kmcc:EscalationMention': string
  @minLength(1)
  'DriverAdmin:BaseUrl': string
  @minLength(1)
  'Solapi:ApiKey': string
  @minLength(8)
  @maxLength(11)
  'Solapi:SenderNumber': string
  @minLength(11)
  SweepSchedule: string
  @minLength(11)
  UnknockedSchedule: string
  *: string
}

param name string
param planName string
param location string
param tags { *: string }
param identityId string
param identityClientId string
param storageName string
param deploymentContainer string
param serviceBusName string
param keyVaultName string
param insightsName string
param settings appSettings

@description('Settings whose values are secrets of the vault, such as Zendesk:ApiToken.')
param secretSettings string[]

param alwaysReadyInstances int
param maximumInstanceCount int

resource storage 'Microsoft.Storage/storageAccounts@2024-01-01' existing = {
  name: storageName
}

resource serviceBus 'Microsoft.ServiceBus/namespaces@2024-01-01' existing = {
  name: serviceBusName
}

resource keyVault 'Microsoft.KeyVault/vaults@2024-11-01' existing = {
  name: keyVaultName
}

resource insights 'Microsoft.Insights/components@2020-02-02' existing = {
  name: insightsName
}

// What scales on its own and stands between a customer's "yes" and the agent's "confirmed".
var alwaysReadyGroups = ['http', 'durable', 'function:BlockDriver', 'function:RecordBlockResult']

resource plan 'Microsoft.Web/serverfarms@2024-04-01' = {
  name: planName
  location: location
  tags: tags
  kind: 'functionapp'
  sku: { tier: 'FlexConsumption', name: 'FC1' }
  properties: { reserved: true }
}

resource site 'Microsoft.Web/sites@2024-04-01' = {
  name: name
  location: location
  tags: union(tags, { 'azd-service-name': 'penalties' })
  kind: 'functionapp,linux'
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: { '${identityId}': {} }
  }
  properties: {
    serverFarmId: plan.id
    httpsOnly: true
    keyVaultReferenceIdentity: identityId
    siteConfig: { minTlsVersion: '1.2' }
    functionAppConfig: {
      runtime: { name: 'dotnet-isolated', version: '10.0' }
      deployment: {
        storage: {
          type: 'blobContainer'
          value: '${storage.properties.primaryEndpoints.blob}${deploymentContainer}'
          authentication: {
            type: 'UserAssignedIdentity'
            userAssignedIdentityResourceId: identityId
          }
        }
      }
      scaleAndConcurrency: {
        instanceMemoryMB: 2048
        maximumInstanceCount: maximumInstanceCount
        alwaysReady: alwaysReadyInstances == 0
          ? []
          : map(alwaysReadyGroups, group => { name: group, instanceCount: alwaysReadyInstances })
      }
    }
  }

  // Packages are published with an Entra identity, never with a publishing password.
  resource ftp 'basicPublishingCredentialsPolicies' = {
    name: 'ftp'
    properties: { allow: false }
  }

  resource scm 'basicPublishingCredentialsPolicies' = {
    name: 'scm'
    properties: { allow: false }
  }
}

// Linux allows no ':' in the name of an environment variable.
var plainSettings = toObject(
  filter(items(settings), setting => !empty(setting.value)),
  setting => replace(setting.key, ':', '__'),
  setting => setting.value
)
var secretReferences = toObject(
  secretSettings,
  setting => replace(setting, ':', '__'),
  setting => '@Microsoft.KeyVault(SecretUri=${keyVault.properties.vaultUri}secrets/${replace(setting, ':', '-')})'
)

resource environment 'Microsoft.Web/sites/config@2024-04-01' = {
  parent: site
  name: 'appsettings'
  properties: union(
    {
      AzureWebJobsStorage__credential: 'managedidentity'
      AzureWebJobsStorage__clientId: identityClientId
      AzureWebJobsStorage__blobServiceUri: storage.properties.primaryEndpoints.blob
      AzureWebJobsStorage__queueServiceUri: storage.properties.primaryEndpoints.queue
      AzureWebJobsStorage__tableServiceUri: storage.properties.primaryEndpoints.table
      ServiceBusConnection__credential: 'managedidentity'
      ServiceBusConnection__clientId: identityClientId
      ServiceBusConnection__fullyQualifiedNamespace: '${serviceBus.name}.servicebus.windows.net'
      APPLICATIONINSIGHTS_CONNECTION_STRING: insights.properties.ConnectionString
      APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'ClientId=${identityClientId};Authorization=AAD'
      Product__PublicUrl: 'https://${site.properties.defaultHostName}/'
    },
    plainSettings,
    secretReferences
  )
}

output name string = site.name
output url string = 'https://${site.properties.defaultHostName}/'
