//! The codes of this crate: what each problem is, why it matters, what to do.

use wcf_diagnostics::{Code, Level};

use crate::policy::diagnostics as policy;

/// Every code of this crate.
pub static CODES: &[&Code] = &[
    &UNKNOWN_ATTRIBUTE,
    &UNKNOWN_ELEMENT,
    &UNUSABLE_VALUE,
    &MISSING_ATTRIBUTE,
    &DUPLICATE_ELEMENT,
    &DUPLICATE_ITEM,
    &MISPLACED_ELEMENT,
    &UNEXPECTED_TEXT,
    &RESERVED_ATTRIBUTE,
    &ENCRYPTED_SECTION,
    &SECTION_NOT_READ,
    &MISSING_BINDING_CONFIGURATION,
    &UNKNOWN_BINDING,
    &MISSING_BEHAVIOR,
    &MISSING_STANDARD_ENDPOINT,
    &INCOMPLETE_ENDPOINT,
    &UNREGISTERED_EXTENSION,
    &OPAQUE_EXTENSION,
    &BINDING_REFUSED,
    &UNUSED_CONFIGURATION,
    &IGNORED_BY_WEB_SERVER,
    &NO_DEFAULT_ENDPOINT,
    &ADDRESS_SCHEME_MISMATCH,
    &BASE_ADDRESS_REFUSED,
    &EXTERNAL_SECTION,
    &TRANSFORM_REFUSED,
    &CUSTOM_FACTORY,
    &TRANSFORM_WITHOUT_TARGET,
    &TRANSFORM_WITHOUT_EFFECT,
    &TRANSFORM_ALONE,
    &INCOMPLETE_SVC,
    &NO_APPLICATION_ENDPOINT,
    &BUILT_SECTION,
    &PATH_WITHOUT_EFFECT,
    &LOCKED,
    &SECTION_OUT_OF_PLACE,
    &NESTED_SECTION,
    &INHERITANCE_UNKNOWN,
    &policy::POLICY_UNREADABLE,
    &policy::ASSERTION_UNKNOWN,
    &policy::POLICY_UNUSUAL,
    &policy::POLICY_ALTERNATIVES,
    &policy::PORT_NOT_READ,
    &policy::ADDRESS_NOT_ABSOLUTE,
];

macro_rules! code {
    ($(#[$doc:meta])* $name:ident, $public:literal, $level:ident, $summary:literal, $why:literal, $example:literal, $remedy:literal, $reference:literal) => {
        $(#[$doc])*
        pub static $name: Code = Code {
            name: $public,
            level: Level::$level,
            summary: $summary,
            why: $why,
            example: $example,
            remedy: $remedy,
            reference: $reference,
            waivable: false,
        };
    };
}

code!(
    /// An attribute that its element does not have.
    UNKNOWN_ATTRIBUTE,
    "wcf-config-unknown-attribute",
    Deny,
    "an attribute that the element does not have",
    ".NET refuses the whole section, so no service or client of the file starts. Attribute names are case-sensitive.",
    "<binding name=\"a\" SendTimeout=\"00:01:00\"/>",
    "Write the attribute as .NET names it, or remove it.",
    "System.Configuration.ConfigurationElement.DeserializeElement"
);
code!(
    /// An element that does not belong where it stands.
    UNKNOWN_ELEMENT,
    "wcf-config-unknown-element",
    Deny,
    "an element that does not belong where it stands",
    ".NET refuses the whole section, so no service or client of the file starts. Element names are case-sensitive.",
    "<bindings><fooBinding/></bindings>",
    "Write the element as .NET names it, register it under extensions, or remove it.",
    "System.Configuration.ConfigurationElement.DeserializeElement"
);
code!(
    /// A value that its attribute cannot have.
    UNUSABLE_VALUE,
    "wcf-config-unusable-value",
    Deny,
    "a value that the attribute cannot have",
    ".NET refuses the whole section, so no service or client of the file starts. Names are case-sensitive and take no blanks.",
    "<security mode=\"message\"/>",
    "Write one of the allowed values.",
    "System.Configuration.GenericEnumConverter and the validators of each property"
);
code!(
    /// A required attribute does not stand.
    MISSING_ATTRIBUTE,
    "wcf-config-missing-attribute",
    Deny,
    "a required attribute is missing",
    ".NET refuses the whole section, so no service or client of the file starts.",
    "<services><service/></services>",
    "Add the attribute.",
    "System.Configuration.ConfigurationElement.DeserializeElement"
);
code!(
    /// An element stands twice.
    DUPLICATE_ELEMENT,
    "wcf-config-duplicate-element",
    Deny,
    "an element that may stand once stands twice",
    ".NET refuses the whole section rather than choose one of the two.",
    "<binding><security/><security/></binding>",
    "Remove one of the two.",
    "System.Configuration.ConfigurationElement.DeserializeElement"
);
code!(
    /// Two items of a collection have the same key.
    DUPLICATE_ITEM,
    "wcf-config-duplicate-item",
    Deny,
    "two entries of a collection have the same key",
    ".NET refuses the whole section rather than choose one of the two.",
    "<binding name=\"a\"/><binding name=\"a\"/>",
    "Rename or remove one of the two.",
    "System.ServiceModel.Configuration.ServiceModelEnhancedConfigurationElementCollection.BaseAdd"
);
code!(
    /// The outermost element is another.
    MISPLACED_ELEMENT,
    "wcf-config-misplaced-element",
    Deny,
    "the element is not the one expected here",
    "A configuration file holds a configuration element, and a section's own file holds that section.",
    "<config/>",
    "Give the right file.",
    "System.Configuration.BaseConfigurationRecord"
);
code!(
    /// Text where only elements may stand.
    UNEXPECTED_TEXT,
    "wcf-config-unexpected-text",
    Deny,
    "text where only elements may stand",
    ".NET refuses the whole section.",
    "<wsHttpBinding>text</wsHttpBinding>",
    "Remove the text.",
    "System.Configuration.ConfigurationElement.DeserializeElement"
);
code!(
    /// An attribute of the configuration system on a section group.
    RESERVED_ATTRIBUTE,
    "wcf-config-reserved-attribute",
    Deny,
    "a reserved attribute on system.serviceModel",
    "configSource and the like are understood on sections, not on the group of sections; .NET refuses the file.",
    "<system.serviceModel configSource=\"wcf.config\"/>",
    "Put the attribute on each section.",
    "System.Configuration.BaseConfigurationRecord"
);
code!(
    /// A section that is encrypted.
    ENCRYPTED_SECTION,
    "wcf-config-encrypted-section",
    Deny,
    "a section is encrypted",
    "What it says is not known, so nothing can be promised about the services and clients that depend on it.",
    "<bindings configProtectionProvider=\"RsaProtectedConfigurationProvider\"/>",
    "Decrypt the section (aspnet_regiis -pd) and run again.",
    "System.Configuration.ProtectedConfiguration"
);
code!(
    /// A section whose content does not bear on endpoints and is not read.
    SECTION_NOT_READ,
    "wcf-config-section-not-read",
    Note,
    "a section is not read",
    "The file declares it in system.serviceModel with a class of its own; what that does is not known here.",
    "<configSections><sectionGroup name=\"system.serviceModel\"><section name=\"audit\" type=\"Contoso.Audit, Contoso\"/>",
    "Look at the section by hand.",
    "System.Configuration.BaseConfigurationRecord.ScanFactoriesRecursive"
);
code!(
    /// `bindingConfiguration` names nothing.
    MISSING_BINDING_CONFIGURATION,
    "wcf-config-missing-binding-configuration",
    Deny,
    "bindingConfiguration names a binding that does not exist",
    ".NET refuses the whole section, so no service or client of the file starts. Names are case-sensitive.",
    "<endpoint binding=\"wsHttpBinding\" bindingConfiguration=\"nope\" contract=\"IC\"/>",
    "Name a binding that exists, or add it.",
    "System.ServiceModel.Configuration.BindingsSection.ValidateBindingReference"
);
code!(
    /// `binding` names no binding.
    UNKNOWN_BINDING,
    "wcf-config-unknown-binding",
    Deny,
    "binding names a binding type that does not exist",
    ".NET refuses the whole section, so no service or client of the file starts. Names are case-sensitive.",
    "<endpoint binding=\"fooBinding\" contract=\"IC\"/>",
    "Name a binding of .NET, or register one under extensions/bindingExtensions.",
    "System.ServiceModel.Configuration.BindingsSection"
);
code!(
    /// `behaviorConfiguration` names nothing.
    MISSING_BEHAVIOR,
    "wcf-config-missing-behavior",
    Deny,
    "behaviorConfiguration names a behavior that does not exist",
    ".NET refuses the whole section, so no service or client of the file starts. Names are case-sensitive.",
    "<service name=\"S\" behaviorConfiguration=\"nope\"/>",
    "Name a behavior that exists, or add it.",
    "System.ServiceModel.Configuration.BehaviorsSection"
);
code!(
    /// `kind` or `endpointConfiguration` names nothing.
    MISSING_STANDARD_ENDPOINT,
    "wcf-config-missing-standard-endpoint",
    Deny,
    "kind or endpointConfiguration names a standard endpoint that does not exist",
    ".NET refuses the whole section, so no service or client of the file starts. Names are case-sensitive.",
    "<endpoint kind=\"mexEndpont\"/>",
    "Name a standard endpoint of .NET, or register one under extensions/endpointExtensions.",
    "System.ServiceModel.Configuration.StandardEndpointsSection"
);
code!(
    /// An endpoint lacks what it needs.
    INCOMPLETE_ENDPOINT,
    "wcf-config-incomplete-endpoint",
    Deny,
    "an endpoint lacks an attribute that it needs",
    ".NET refuses the whole section, so no service or client of the file starts.",
    "<endpoint address=\"\" contract=\"IC\"/>",
    "Add the attribute.",
    "System.ServiceModel.Configuration.ServicesSection.PostDeserialize, ClientSection.PostDeserialize"
);
code!(
    /// An element that nobody registered.
    UNREGISTERED_EXTENSION,
    "wcf-config-unregistered-extension",
    Deny,
    "an element that is neither .NET's own nor registered",
    ".NET refuses the whole section, so no service or client of the file starts. Element names are case-sensitive.",
    "<customBinding><binding><HttpTransport/></binding></customBinding>",
    "Write the element as .NET names it, or register it under extensions.",
    "System.ServiceModel.Configuration.ServiceModelExtensionCollectionElement"
);
code!(
    /// An element whose meaning is in a user's assembly.
    OPAQUE_EXTENSION,
    "wcf-config-opaque-extension",
    Warn,
    "an element whose meaning is in an assembly of your own",
    "It can change anything about an endpoint, and what it does cannot be read from the configuration.",
    "<behaviorExtensions><add name=\"tenant\" type=\"Contoso.TenantElement, Contoso\"/></behaviorExtensions>",
    "Read the class and decide by hand what takes its place.",
    "System.ServiceModel.Configuration.ExtensionsSection"
);
code!(
    /// A binding that .NET refuses to build.
    BINDING_REFUSED,
    "wcf-config-binding-refused",
    Deny,
    "settings that contradict one another: .NET refuses to build the binding",
    "The configuration loads, but the host or the channel does not open, so there is no behavior that could be kept.",
    "<basicHttpBinding><binding><security mode=\"Message\"/></binding></basicHttpBinding>",
    "Change one of the settings that contradict one another.",
    "CreateBindingElements of each binding class"
);
code!(
    /// A binding, behavior or standard endpoint that nobody names.
    UNUSED_CONFIGURATION,
    "wcf-config-unused",
    Note,
    "a named configuration that nothing in the files refers to",
    "It has no effect on any endpoint found, unless code names it.",
    "<wsHttpBinding><binding name=\"old\"/></wsHttpBinding>",
    "Remove it, or name it in bindingConfiguration or behaviorConfiguration.",
    "System.ServiceModel.Description.ConfigLoader"
);
code!(
    /// Base addresses in a web server.
    IGNORED_BY_WEB_SERVER,
    "wcf-config-ignored-by-web-server",
    Note,
    "base addresses have no effect in a web server",
    "Under IIS the base addresses are those of the site and the .svc file, which are not in the configuration.",
    "<host><baseAddresses><add baseAddress=\"http://localhost/x\"/></baseAddresses></host>",
    "Take the address from the site's bindings.",
    "System.ServiceModel.Description.ConfigLoader.LoadHostConfig"
);
code!(
    /// A base address that yields no endpoint.
    NO_DEFAULT_ENDPOINT,
    "wcf-config-no-default-endpoint",
    Warn,
    "a service has no endpoint and its base address gives it none",
    "Default endpoints are added for the schemes of protocolMapping only, and https is not among them unless the file adds it.",
    "<service name=\"S\"><host><baseAddresses><add baseAddress=\"https://h/s\"/></baseAddresses></host></service>",
    "Write the endpoint, or add the scheme to protocolMapping.",
    "System.ServiceModel.Configuration.ProtocolMappingSection"
);
code!(
    /// An address whose scheme is not the binding's.
    ADDRESS_SCHEME_MISMATCH,
    "wcf-config-address-scheme-mismatch",
    Deny,
    "the address has another scheme than the binding",
    "The configuration loads, but the host or the channel does not open.",
    "<endpoint address=\"http://h/s\" binding=\"netTcpBinding\" contract=\"IC\"/>",
    "Give the address the binding's scheme, or the binding the security mode that the address needs.",
    "System.ServiceModel.Channels.TransportChannelListener, TransportChannelFactory"
);
code!(
    /// A base address that .NET refuses.
    BASE_ADDRESS_REFUSED,
    "wcf-config-base-address-refused",
    Deny,
    "a base address that .NET refuses",
    "Base addresses are absolute, one for each scheme, without user name, query or fragment; otherwise the host does not start.",
    "<add baseAddress=\"/relative\"/>",
    "Write an absolute address, one for each scheme.",
    "System.ServiceModel.UriSchemeKeyedCollection"
);
code!(
    /// A section in another file that was not read.
    EXTERNAL_SECTION,
    "wcf-config-external-section",
    Deny,
    "a section stands in another file that was not read",
    "What it says is not known, so nothing can be promised about the services and clients that depend on it.",
    "<bindings configSource=\"bindings.config\"/>",
    "Make the file available within the folders given.",
    "System.Configuration.BaseConfigurationRecord"
);
code!(
    /// A transform that cannot be applied.
    TRANSFORM_REFUSED,
    "wcf-config-transform-refused",
    Deny,
    "a transform cannot be applied",
    "The build that publishes the file would fail, so what would run is not known.",
    "<binding xdt:Transform=\"Repalce\"/>",
    "Correct the transform or its locator.",
    "Microsoft.Web.XmlTransform"
);
code!(
    /// A host factory of the user's.
    CUSTOM_FACTORY,
    "wcf-config-custom-factory",
    Warn,
    "the service is hosted by a factory of your own",
    "A factory can add endpoints and change bindings in code, so the configuration alone does not say what the service does.",
    "<%@ ServiceHost Service=\"S\" Factory=\"Contoso.Factory\" %>",
    "Read the factory and compare.",
    "System.ServiceModel.Activation.ServiceHostFactory"
);

code!(
    /// A transform that finds nothing.
    TRANSFORM_WITHOUT_TARGET,
    "wcf-config-transform-without-target",
    Warn,
    "a transform finds no element to change",
    "The build goes on with a warning and the setting is not changed, which is seldom what was meant.",
    "<endpoint name=\"old\" xdt:Transform=\"Remove\" xdt:Locator=\"Match(name)\"/>",
    "Correct the locator, or remove the transform.",
    "Microsoft.Web.XmlTransform.Transform"
);
code!(
    /// Something in a transform that changes nothing, or less than it says.
    TRANSFORM_WITHOUT_EFFECT,
    "wcf-config-transform-without-effect",
    Warn,
    "something in a transform changes nothing, or less than it says",
    "The build goes on, with a warning or with none, and the setting is not what the transform seems to make of it.",
    "<endpoint address=\"https://new/\" />",
    "Add xdt:Transform, name attributes that are there, or take out what has no effect.",
    "Microsoft.Web.XmlTransform.XmlTransformation"
);
code!(
    /// A transform that is not asked for.
    TRANSFORM_ALONE,
    "wcf-config-transform-alone",
    Note,
    "a transform is not read by itself",
    "It changes another file when that file is published; what it says alone is no configuration.",
    "<configuration xmlns:xdt=\"http://schemas.microsoft.com/XML-Document-Transform\"/>",
    "Ask for it with --transform NAME where it is to be applied.",
    "Microsoft.Web.XmlTransform"
);
code!(
    /// A `.svc` file without a service.
    INCOMPLETE_SVC,
    "wcf-config-incomplete-svc",
    Deny,
    "a .svc file names neither a service nor a factory",
    "The web server answers each call with an error, so there is nothing to carry over.",
    "<%@ ServiceHost Language=\"C#\" %>",
    "Write Service or Factory.",
    "System.ServiceModel.Activation.ServiceParser"
);

code!(
    /// A section that code may rewrite.
    BUILT_SECTION,
    "wcf-config-built-section",
    Warn,
    "a configuration builder may rewrite a section",
    "With configBuilders, .NET Framework 4.7.1 and later hands the section to code before reading it, so that what the file says may not be what runs.",
    "<client configBuilders=\"Environment\">…",
    "Compare with what the builder makes of it where the program runs.",
    "System.Configuration.ConfigurationBuilder"
);
code!(
    /// A `location` with a path where there are no paths.
    PATH_WITHOUT_EFFECT,
    "wcf-config-path-without-effect",
    Warn,
    "a `location` with a path stands in the configuration of a program",
    "Only web applications have paths, and .NET skips the element with all it holds: what it seems to set is not set.",
    "app.config: <location path=\"Orders\"><system.serviceModel>…",
    "Move what it holds out of the `location`.",
    "System.Configuration.BaseConfigurationRecord.ScanLocationSection"
);
code!(
    /// Something that a file above locks.
    LOCKED,
    "wcf-config-locked",
    Deny,
    "a file has what a file above it locks",
    "With lockItem, lockAttributes, lockElements, their opposites, or overrideMode, an outer file keeps inner ones from changing what it says; .NET does not load one that does.",
    "web.config: <binding name=\"secure\" lockItem=\"true\"/>, and sub/web.config: <remove name=\"secure\"/>",
    "Take out what is locked, or the lock.",
    "System.Configuration.ConfigurationElement"
);
code!(
    /// A section that only `machine.config` may have.
    SECTION_OUT_OF_PLACE,
    "wcf-config-section-out-of-place",
    Deny,
    "a section stands in a file that may not have it",
    ".NET declares commonBehaviors and machineSettings for machine.config alone and does not load another file that has them.",
    "web.config: <commonBehaviors>…",
    "Move it to machine.config, and give that with --machine-config.",
    "System.Configuration.BaseConfigurationRecord.VerifyDefinitionAllowed"
);
code!(
    /// A section for an application's root, in a folder below.
    NESTED_SECTION,
    "wcf-config-nested-section",
    Warn,
    "a section for an application's root stands in a folder below it",
    ".NET refuses serviceHostingEnvironment in a folder inside an application. Whether the folder is an application of its own is held in IIS, outside the files.",
    "sub/web.config: <serviceHostingEnvironment aspNetCompatibilityEnabled=\"true\"/>",
    "Move it to the web.config at the application's root.",
    "System.ServiceModel.Configuration.ServiceHostingEnvironmentSection"
);
code!(
    /// A file of which it is not known whether it inherits.
    INHERITANCE_UNKNOWN,
    "wcf-config-inheritance-unknown",
    Warn,
    "whether a file inherits what stands above it depends on the web server",
    "inheritInChildApplications=\"false\" keeps settings from applications further in, but not from plain folders; which a folder is, is held in IIS.",
    "<location path=\".\" inheritInChildApplications=\"false\"><system.serviceModel>…",
    "Write the settings in the inner file too, if it is to have them.",
    "System.Configuration.BaseConfigurationRecord.ShouldSkipDueToInheritInChildApplications"
);
code!(
    /// A service whose endpoints all serve metadata or control.
    NO_APPLICATION_ENDPOINT,
    "wcf-config-no-application-endpoint",
    Warn,
    "a service has endpoints for metadata or control only",
    "Such an endpoint switches the default ones off, and a host without an application endpoint does not open, unless code adds one.",
    "<service name=\"S\"><endpoint kind=\"mexEndpoint\"/></service>",
    "Write the endpoint of the service's contract too.",
    "System.ServiceModel.Description.DispatcherBuilder"
);
